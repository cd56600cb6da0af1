import { QueryTypes, type Sequelize } from 'sequelize';
import type { CashIntegrity } from '../../src/cash/application/ports.js';
import { eur, seedAccounts, type Adapters, type CashUseCases } from '../cash/world.js';
import { openOnPostgres } from '../support/container-on-postgres.js';
import { mochaGlobalTeardown } from '../support/postgres.js';
import { soundTransfer, storm } from './cash-transfers.js';

/** `tsx test/races/run-cash.ts [seconds] [seed]`: 32 workers on 10 amounts, while snapshots are checked. */
const [seconds = '10', seed = String(Math.floor(Math.random() * 1e9))] = process.argv.slice(2);
type Cradle = Adapters & CashUseCases & Readonly<{ cashIntegrity: CashIntegrity; sequelize: Sequelize }>;
const postgres = await openOnPostgres<Cradle>();
try {
  const { cradle } = postgres;
  const { bank, origin } = await seedAccounts(cradle);
  const accounts: string[] = [];
  for (let n = 0; n < 10; n += 1) {
    const { id } = await cradle.openAccount({ name: 'E', realAccountId: bank.id, type: 'asset' });
    accounts.push(id);
    await cradle.postTransaction({
      sourceAccountId: origin,
      targetAccountId: id,
      amount: eur(1_000),
      createdBy: null,
    });
  }
  const { posted, refused, faults, snapshots, broken } = await storm({
    accounts,
    transfer: soundTransfer(cradle.postTransaction),
    integrity: cradle.cashIntegrity,
    workers: 32,
    durationMs: Number(seconds) * 1_000,
    seed: Number(seed),
  });
  const [stats] = await cradle.sequelize.query<{ deadlocks: string }>(
    'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    { type: QueryTypes.SELECT },
  );
  console.log(`seed ${seed}: ${posted} posted, ${refused} refused, ${snapshots} snapshots`);
  console.log(
    `${faults.length} faults, ${stats?.deadlocks ?? '?'} deadlocks in the database, broken rules:`,
    broken,
  );
  if (faults.length > 0 || broken.length > 0) process.exitCode = 1;
} finally {
  await postgres.close();
  await mochaGlobalTeardown();
}
