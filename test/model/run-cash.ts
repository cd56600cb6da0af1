import type { CashIntegrity } from '../../src/cash/application/ports.js';
import type { Adapters } from '../cash/world.js';
import { openOnPostgres } from '../support/container-on-postgres.js';
import { mochaGlobalTeardown } from '../support/postgres.js';
import { runCashModel } from './cash-model.js';

/** `tsx test/model/run-cash.ts [commands] [seed]`: the long run, with what it has seen. */
const [commands = '10000', seed = String(Math.floor(Math.random() * 1e9))] = process.argv.slice(2);
const postgres = await openOnPostgres<Adapters & { cashIntegrity: CashIntegrity }>();
try {
  console.log(`seed ${seed}`);
  const startedMs = performance.now();
  const { steps, accepted, codes } = await runCashModel(postgres.cradle, Number(commands), Number(seed));
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(`${steps} commands in ${seconds} s, ${accepted} accepted, compared after each`);
  console.log(Object.fromEntries([...codes].sort((a, b) => b[1] - a[1])));
  const findings = await postgres.cradle.cashIntegrity.check();
  for (const { name, ok, broken } of findings) console.log(ok ? 'ok    ' : 'broken', name, ...broken);
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  await postgres.close();
  await mochaGlobalTeardown();
}
