import { asFunction, asValue, createContainer, InjectionMode } from 'awilix';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { Outbox } from '../../src/kernel/outbox.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { makeTransactions } from '../../src/platform/database/transactions.js';
import { makeUnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { makeJobSignal } from '../../src/platform/jobs/job-signal.js';
import { makeSequelizeOutbox } from '../../src/platform/jobs/sequelize-outbox.js';
import { uuidGenerator } from '../../src/platform/telemetry/ids.js';
import { FakeIds } from '../support/fakes/ids.js';
import { makeInMemoryOutbox, storedJobs } from '../support/in-memory/outbox.js';
import { InMemoryStore } from '../support/in-memory/store.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { describeOutbox, type OutboxHarness } from './outbox.contract.js';

function openInMemory(): Promise<OutboxHarness> {
  const store = new InMemoryStore();
  return Promise.resolve({
    unitOfWork: store.unitOfWork({ outbox: makeInMemoryOutbox({ store, ids: new FakeIds() }) }),
    jobs: () =>
      Promise.resolve(
        storedJobs(store).map(({ kind, payload, runAt, dedupeKey }) => ({
          kind,
          payload,
          runAt: runAt ?? null,
          dedupeKey: dedupeKey ?? null,
        })),
      ),
    close: () => Promise.resolve(),
  });
}

describeOutbox('in memory', openInMemory);

describe('on PostgreSQL', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  before(async () => {
    database = await createTestDatabase();
    sequelize = openSequelize({ url: database.url, poolMax: 8 });
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  async function openOnPostgres(): Promise<OutboxHarness> {
    await sequelize.query('DELETE FROM jobs');
    const container = createContainer({ injectionMode: InjectionMode.PROXY, strict: true });
    container.register({
      container: asValue(container),
      sequelize: asValue(sequelize),
      ids: asValue(uuidGenerator),
      jobSignal: asFunction(makeJobSignal).singleton(),
      outbox: asFunction(makeSequelizeOutbox).scoped(),
      transactions: asFunction(makeTransactions).singleton(),
      unitOfWork: asFunction(makeUnitOfWork<{ outbox: Outbox }>).scoped(),
    });
    return {
      unitOfWork: (container.cradle as Pick<OutboxHarness, 'unitOfWork'>).unitOfWork,
      jobs: () =>
        sequelize.query(
          `SELECT kind, payload, nullif(run_at, created_at) AS "runAt", dedupe_key AS "dedupeKey" FROM jobs ORDER BY id`,
          { type: QueryTypes.SELECT },
        ),
      close: () => Promise.resolve(),
    };
  }

  describeOutbox('on Sequelize', openOnPostgres);
});
