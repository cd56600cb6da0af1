import { expect } from 'chai';
import { SABOTAGES } from './sabotage.js';
import { replay, simulate } from './simulate.js';

/** Bounded by the number of runs; the time is what a slow machine may take for them. */
const PATIENCE_MS = 300_000;

describe('the whole house in memory, run by a seed', function () {
  this.timeout(PATIENCE_MS);
  for (const seed of [20_261_121, Date.now() % 2 ** 31]) {
    it(`keeps its rules after every step (seed ${seed})`, async () => {
      const { runs, outcomes } = await simulate({ runs: 100, seed });
      expect(runs).to.equal(100);
      expect(outcomes['done']).to.be.greaterThan(1_000);
    });
  }

  it('goes the same way every time', async () => {
    const [first, second] = [await simulate({ runs: 20, seed: 3 }), await simulate({ runs: 20, seed: 3 })];
    expect(second).to.deep.equal(first);
  });

  it('ends as it does on PostgreSQL', async () => {
    expect(await replay({ runs: 3, seed: 20_261_121 })).to.be.greaterThan(20);
  });

  for (const [mistake, sabotage] of Object.entries(SABOTAGES))
    it(`is seen to break where ${mistake}`, async () => {
      let found = '';
      await simulate({ runs: 100, seed: 7, sabotage }).catch((error: unknown) => (found = String(error)));
      expect(found).to.include('Violation');
    });
});
