import { expect } from 'chai';
import { chaos } from './chaos.js';

describe('a practice under blows', function () {
  this.timeout(300_000);

  it('keeps everything it acknowledged, once and whole, when node is killed and PostgreSQL stopped', async () => {
    const { acknowledged, retries, faults } = await chaos({ kills: 1, stops: 1, effects: 300, cards: false });
    expect(faults).to.deep.equal([]);
    for (const [kind, count] of Object.entries(acknowledged)) expect(count, kind).to.be.greaterThan(0);
    expect(retries).to.be.greaterThan(0);
  });
});
