import { expect } from 'chai';
import { SABOTAGES } from './sabotage.js';
import { replay, simulate } from './simulate.js';

/** The number of runs bounds the work; the limit allows for a slow machine. */
const PATIENCE_MS = 300_000;

describe('the simulation of all contexts', function () {
  this.timeout(PATIENCE_MS);
  for (const seed of [20_261_121, Date.now() % 2 ** 31]) {
    it(`keeps every invariant after every commit (seed ${seed})`, async () => {
      const { runs, outcomes } = await simulate({ runs: 100, seed });
      expect(runs).to.equal(100);
      expect(outcomes['done']).to.be.greaterThan(1_000);
    });
  }

  it('repeats a run exactly from its seed', async () => {
    const [first, second] = [await simulate({ runs: 20, seed: 3 }), await simulate({ runs: 20, seed: 3 })];
    expect(second).to.deep.equal(first);
  });

  it('reaches the same outcomes and states in memory and on PostgreSQL', async () => {
    expect(await replay({ runs: 3, seed: 20_261_121 })).to.be.greaterThan(20);
  });

  for (const [mistake, sabotage] of Object.entries(SABOTAGES))
    it(`finds the mistake: ${mistake}`, async () => {
      let found = '';
      await simulate({ runs: 100, seed: 7, sabotage }).catch((error: unknown) => (found = String(error)));
      expect(found).to.include('Violation');
    });
});
