import { expect } from 'chai';
import { sellAndKill } from './storefront-kills.js';

describe('a shop that is killed while it sells', () => {
  it('ends with every order either paid and posted, or cancelled with its stock returned', async () => {
    const { orders, inDoubt, faults } = await sellAndKill(2);
    expect(faults).to.deep.equal([]);
    // Without such orders the test would prove nothing.
    expect(orders).to.be.greaterThan(0);
    expect(inDoubt).to.be.greaterThan(0);
  }).timeout(120_000);
});
