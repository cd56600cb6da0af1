import { setTimeout as sleep } from 'node:timers/promises';
import { asValue, type AwilixContainer } from 'awilix';
import { Transaction, type Sequelize } from 'sequelize';
import { DomainError } from '../../kernel/errors.js';
import { connectionPoolOf, transactionInternals, type TransactionInternals } from './driver-internals.js';
import { makeTransactionDatabase, type Database, type Statement } from './database.js';
import { failsStatementOnly, isRetryable, OutdatedLockOrder } from './errors.js';

/** One transaction = one container scope: everything resolved from `cradle` writes and reads inside it. */
export interface Transactions {
  run<Result>(work: (cradle: object) => Promise<Result>): Promise<Result>;
  runInNewTransaction<Result>(work: (cradle: object) => Promise<Result>): Promise<Result>;
}

/**
 * Writes that return nothing. They are sent immediately, behind the statements before them, and awaited by `flush` at the
 * end of the unit of work, which rejects with the first failure, converted by `translate`.
 */
export interface DeferredWrites {
  send(statement: Statement, values: readonly unknown[], translate?: (error: unknown) => unknown): void;
}

/** A transaction that its holder must end with `commit` or `rollback`. */
export type OpenTransaction = Readonly<{
  cradle: object;
  transaction: Transaction;
  /** Statements inside it. */
  database: Database;
  deferredWrites: DeferredWrites;
  /** Awaits the deferred writes sent so far. Rejects with the first failure; the caller has to roll back then. */
  flush(): Promise<void>;
  /**
   * Commits, after `flush`. Rejects when a statement has failed, or a deferred constraint, which PostgreSQL checks at
   * COMMIT; the transaction is rolled back then.
   */
  commit(): Promise<void>;
  /** The cause of `error`: after a deferred write has failed, every later statement fails only because of that one. */
  reasonFor(error: unknown): unknown;
  /** Never throws: PostgreSQL rolls back when the connection is lost. */
  rollback(): Promise<void>;
}>;

const ATTEMPTS = 3;
const BASE_DELAY_MS = 20;
/** A transaction that has committed causes each restart, so the limit only guards against a bug. */
const MAX_RESTARTS = 50;

/**
 * Tries three times in all after a serialization failure, deadlock or lock timeout; then the error is answered 503 +
 * Retry-After. An `OutdatedLockOrder` restarts at once and does not count as a try.
 */
export async function withRetries<Result>(attempt: () => Promise<Result>): Promise<Result> {
  let restarts = 0;
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof OutdatedLockOrder && restarts < MAX_RESTARTS) {
        restarts += 1;
        tried -= 1;
        continue;
      }
      if (!isRetryable(error)) throw error;
      if (tried === ATTEMPTS)
        throw new DomainError(
          'busy',
          'unavailable',
          'Too many others are changing the same thing; try again.',
          {
            retryAfterSeconds: 1,
          },
        );
      await sleep(BASE_DELAY_MS * 2 ** tried * (0.5 + Math.random()));
    }
  }
}

const nothing = (): void => undefined;

/** Begins a transaction and creates the child scope of `container` that belongs to it. */
export async function beginTransaction(
  container: AwilixContainer,
  sequelize: Sequelize,
): Promise<OpenTransaction> {
  const connections = connectionPoolOf(sequelize);
  const transaction = new Transaction(sequelize, {});
  const inside = transactionInternals(transaction);
  const connection: TransactionInternals['connection'] = await connections.getConnection({
    type: 'write',
    uuid: inside.id,
  });
  inside.connection = connection;
  connection.uuid = inside.id;

  const end = (how: 'commit' | 'rollback'): void => {
    inside.finished = how;
    connection.uuid = undefined;
  };
  const release = (how: 'commit' | 'rollback'): void => {
    end(how);
    connections.releaseConnection(connection);
  };
  /** Closes a connection whose state is unknown, instead of returning it to the pool. */
  const discard = async (): Promise<void> => {
    end('rollback');
    await connections.destroyConnection(connection).catch(nothing);
  };

  try {
    await connection.query({ text: 'BEGIN' });
  } catch (error) {
    await discard();
    throw error;
  }
  const database = makeTransactionDatabase(transaction);
  let pending: Promise<unknown>[] = [];
  let failure: { reason: unknown } | undefined;

  const deferredWrites: DeferredWrites = {
    send(statement, values, translate = (error) => error) {
      const write = database.rows(statement, values).catch((error: unknown) => {
        throw translate(error);
      });
      pending.push(write);
      write.catch((reason: unknown) => {
        failure ??= { reason };
      });
    },
  };
  const scope = container.createScope();
  scope.register({
    transaction: asValue(transaction),
    database: asValue(database),
    deferredWrites: asValue(deferredWrites),
    transactions: asValue({
      run: (work) => work(scope.cradle),
      runInNewTransaction: (work) => makeTransactions({ sequelize, container }).run(work),
    } satisfies Transactions),
  });

  return {
    cradle: scope.cradle,
    transaction,
    database,
    deferredWrites,
    async flush() {
      const sent = pending;
      pending = [];
      // In the order of sending, so that the first failure is the cause and not a consequence.
      for (const write of sent) await write;
    },
    async commit() {
      const { command } = await connection.query({ text: 'COMMIT' }).catch(async (error: unknown) => {
        if (failsStatementOnly(error)) release('rollback');
        else await discard();
        throw error;
      });
      // PostgreSQL answers COMMIT with ROLLBACK when a statement of the transaction has failed.
      if (command !== 'COMMIT') {
        release('rollback');
        throw new Error('the transaction was rolled back at its commit');
      }
      release('commit');
      for (const hook of inside._afterCommitHooks) await hook.call(transaction, transaction);
    },
    reasonFor: (error) => (failure === undefined ? error : failure.reason),
    async rollback() {
      try {
        await connection.query({ text: 'ROLLBACK' });
        release('rollback');
      } catch {
        await discard();
      }
    },
  };
}

/** Runs every unit of work that does not join another: begin, work, commit; roll back when the work throws. */
export const makeTransactions = ({
  sequelize,
  container,
}: {
  sequelize: Sequelize;
  container: AwilixContainer;
}): Transactions => {
  const run = <Result>(work: (cradle: object) => Promise<Result>): Promise<Result> =>
    withRetries(async () => {
      const open = await beginTransaction(container, sequelize);
      let result: Result;
      try {
        result = await work(open.cradle);
        await open.flush();
      } catch (error) {
        await open.rollback();
        throw open.reasonFor(error);
      }
      await open.commit();
      return result;
    });
  return { run, runInNewTransaction: run };
};
