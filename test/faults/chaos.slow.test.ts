import { expect } from 'chai';
import { chaos } from './chaos.js';

describe('the application under kills', function () {
  this.timeout(300_000);

  it('keeps every acknowledged change exactly once when Node is killed and PostgreSQL stops', async () => {
    const { acknowledged, retries, faults } = await chaos({ kills: 1, stops: 1, effects: 300, cards: false });
    expect(faults).to.deep.equal([]);
    for (const [kind, count] of Object.entries(acknowledged)) expect(count, kind).to.be.greaterThan(0);
    expect(retries).to.be.greaterThan(0);
  });
});
