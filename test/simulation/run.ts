import { parseArgs } from 'node:util';
import { mochaGlobalTeardown } from '../support/postgres.js';
import { replay, simulate } from './simulate.js';

/** `npm run simulate -- --runs 20000 --seed 7 --replays 20`: runs stories in memory, and some of them on PostgreSQL as well. */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    replays: { type: 'string', default: '0' },
    seed: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
const startedAt = performance.now();
try {
  const { runs, commands, steps, outcomes } = await simulate({ runs: Number(values.runs), seed });
  console.log(
    `${runs} runs, ${commands} commands in ${steps} steps, ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`,
  );
  console.log(Object.fromEntries(Object.entries(outcomes).sort(([, a], [, b]) => b - a)));
  if (Number(values.replays) > 0)
    console.log(
      `${await replay({ runs: Number(values.replays), seed })} commands ended alike in memory and on PostgreSQL`,
    );
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await mochaGlobalTeardown();
}
