import { parseArgs } from 'node:util';
import { mochaGlobalTeardown } from '../support/postgres.js';
import { fuzz } from './fuzzer.js';

/**
 * `npm run fuzz -- --calls 100000 --seed 7`: calls its own server and prints a summary of the responses. `--all` does
 * not stop at the first failure.
 */
const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    all: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
try {
  const { calls, seconds, byStatus, operations, succeeded } = await fuzz({
    calls: Number(values.calls),
    seed,
    ...(values.all && {
      onBroken: (error: Error) => {
        console.error(error.message);
        process.exitCode = 1;
      },
    }),
  });
  console.log(
    `${calls} calls in ${seconds.toFixed(0)} s, ${operations.size} operations, ${succeeded.size} of them with success`,
  );
  console.log(byStatus);
  console.log('never with success:', [...operations].filter((id) => !succeeded.has(id)).join(' '));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await mochaGlobalTeardown();
}
