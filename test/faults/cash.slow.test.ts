import { expect } from 'chai';
import { crashUnderTransfers } from './cash-crashes.js';

describe('the ledger under crashes', function () {
  this.timeout(300_000);

  it('keeps every acknowledged transaction and no partial one when Node and PostgreSQL are killed', async () => {
    const { acknowledged, retries, faults } = await crashUnderTransfers({ kills: 1, stops: 1 });
    expect(faults).to.deep.equal([]);
    expect(acknowledged).to.be.greaterThan(60);
    expect(retries).to.be.greaterThan(0);
  });
});
