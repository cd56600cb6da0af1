import { setTimeout as sleep } from 'node:timers/promises';
import { asValue, type AwilixContainer } from 'awilix';
import type { Sequelize, Transaction } from 'sequelize';
import { DomainError } from '../../kernel/errors.js';
import { makeTransactionDatabase } from './database.js';
import { isRetryable } from './errors.js';

/** One transaction = one container scope: everything resolved from `cradle` writes and reads inside it. */
export interface Transactions {
  run<Result>(work: (cradle: object) => Promise<Result>): Promise<Result>;
  commitNow<Result>(work: (cradle: object) => Promise<Result>): Promise<Result>;
}

/** A transaction that its holder must end with `commit` or `rollback`. */
export type OpenTransaction = Readonly<{
  cradle: object;
  transaction: Transaction;
  commit(): Promise<void>;
  /** Never throws: a connection that is gone has rolled back by itself. */
  rollback(): Promise<void>;
}>;

const ATTEMPTS = 3;
const BASE_DELAY_MS = 20;

/** Serialization failures, deadlocks and lock timeouts are tried three times in all, then answered 503 + Retry-After. */
export async function withRetries<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
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

/** Begins a transaction and the child scope of `container` that belongs to it. */
export async function beginTransaction(
  container: AwilixContainer,
  sequelize: Sequelize,
): Promise<OpenTransaction> {
  const transaction = await sequelize.transaction();
  const scope = container.createScope();
  scope.register({
    transaction: asValue(transaction),
    database: asValue(makeTransactionDatabase(transaction)),
    transactions: asValue({
      run: (work) => work(scope.cradle),
      commitNow: (work) => makeTransactions({ sequelize, container }).run(work),
    } satisfies Transactions),
  });
  return {
    cradle: scope.cradle,
    transaction,
    commit: () => transaction.commit(),
    rollback: () => transaction.rollback().catch(() => undefined),
  };
}

/** The engine behind every unit of work outside a transaction: begin, work, commit; roll back when the work throws. */
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
      } catch (error) {
        await open.rollback();
        throw error;
      }
      await open.commit();
      return result;
    });
  return { run, commitNow: run };
};
