import { asFunction, asValue, type AwilixContainer } from 'awilix';
import type { Sequelize } from 'sequelize';
import { DomainError } from '../../../kernel/errors.js';
import type { IdempotencyKeys, IdempotencyKey } from '../../../kernel/idempotency-key.js';
import type { Database } from '../../database/database.js';
import {
  beginTransaction,
  makeTransactions,
  withRetries,
  type OpenTransaction,
  type Transactions,
} from '../../database/transactions.js';
import type { Answer } from '../replies/answer.js';
import type { IdempotencyStore, KeyedRequest, KnownKey } from './idempotency-store.js';

/** A running request with a key. Its use cases are resolved from `cradle`. */
export interface KeyedCall {
  readonly cradle: object;
  /** Commits the effect and the answer together. Returns the answer to send: that of an equal request if it was first. */
  finish(answer: Answer): Promise<Readonly<{ answer: Answer; replayed: boolean }>>;
  /**
   * Rolls back what has not been committed. Returns the answer of an equal request if there is one by now, because the
   * success of that request may be why this one failed.
   */
  abandon(): Promise<Answer | undefined>;
  /** Whether a first transaction has committed and reserved the key. Then an error response is stored too. */
  held(): boolean;
  /** Stores the answer of a call whose last transaction has committed without it. */
  settleWith(answer: Answer): Promise<void>;
}

export interface Idempotency {
  /**
   * Looks up the key. Returns the stored answer, or the `reference` to answer from, or else a call to run. Throws
   * `idempotency-key-reused` (422), and `request-in-flight` (409) while an equal request runs.
   */
  open(
    request: KeyedRequest,
  ): Promise<Readonly<{ replay: Answer } | { reference: string; call: KeyedCall } | { call: KeyedCall }>>;
}

const inFlight = (): DomainError =>
  new DomainError(
    'conflict',
    'request-in-flight',
    'The first request with this Idempotency-Key has not finished yet.',
    {
      retryAfterSeconds: 1,
    },
  );

/** A request without a key has nothing to reserve. */
export const makeNoIdempotencyKey = (): IdempotencyKey => ({ reserve: () => Promise.resolve(null) });

/** Releases keys in the caller's transaction. */
export const makeIdempotencyKeys = ({
  idempotencyStore,
  database,
}: {
  idempotencyStore: IdempotencyStore;
  database: Database;
}): IdempotencyKeys => ({ release: (handle) => idempotencyStore.release(handle, database) });

/**
 * Idempotency keys that commit with the effect. The first unit of work of the request opens a transaction, takes an
 * advisory lock on the key, and stays open until the answer is known; then answer and effect commit together.
 * `runInNewTransaction` commits at once; a request of several transactions reserves its key by
 * `idempotencyKey.reserve`.
 */
export const makeIdempotency = ({
  container,
  sequelize,
  idempotencyStore,
}: {
  container: AwilixContainer;
  sequelize: Sequelize;
  idempotencyStore: IdempotencyStore;
}): Idempotency => {
  const answerOf = (known: KnownKey | undefined): Answer | undefined =>
    known?.state === 'answered' ? known.answer : undefined;

  function begin(request: KeyedRequest): KeyedCall {
    let open: OpenTransaction | undefined;
    let held = false;
    const scope = container.createScope();

    const rollback = async (): Promise<void> => {
      const abandoned = open;
      open = undefined;
      await abandoned?.rollback();
    };

    /**
     * The first unit of work opens the transaction of the whole request; later ones join it. Only one request of a key
     * runs at a time: the claim is sent before the work's first statement, which PostgreSQL skips when the claim fails.
     *
     * The first unit of work and its deferred writes are retried as without a key. Not retried, and answered 503
     * `unavailable` with everything rolled back and the key free again, are
     * - later units of work: PostgreSQL has aborted the effects of the earlier ones, which only the request can repeat;
     * - COMMIT, which `finish` sends when the answer is known. At READ COMMITTED, COMMIT itself finds no serialization
     *   failure; but it runs the deferred constraint triggers, which may meet a deadlock or a lock timeout, and on a server
     *   whose default isolation is SERIALIZABLE it may fail with 40001.
     */
    const run = async <Result>(work: (cradle: object) => Promise<Result>): Promise<Result> => {
      if (open !== undefined) {
        const joined = open;
        try {
          const result = await work(joined.cradle);
          await joined.flush();
          return result;
        } catch (error) {
          throw joined.reasonFor(error);
        }
      }
      return withRetries(async () => {
        const started = await beginTransaction(scope, sequelize);
        const claimed = idempotencyStore.claim(request, started.database);
        try {
          const [result, isOurs] = await Promise.allSettled([work(started.cradle), claimed]);
          if (isOurs.status === 'rejected') throw isOurs.reason;
          if (!isOurs.value) throw inFlight();
          if (result.status === 'rejected') throw result.reason;
          await started.flush();
          open = started;
          return result.value;
        } catch (error) {
          await started.rollback();
          throw started.reasonFor(error);
        }
      });
    };

    const makeIdempotencyKey = ({ database }: { database: Database }): IdempotencyKey => ({
      async reserve(reference) {
        const handle = await idempotencyStore.reserve(request, reference, database);
        if (handle === undefined) throw inFlight();
        held = true;
        return handle;
      },
    });

    const independent = makeTransactions({ sequelize, container: scope });
    const outside = scope.resolve<Database>('database');
    scope.register({
      idempotencyKey: asFunction(makeIdempotencyKey).scoped(),
      transactions: asValue({
        run,
        runInNewTransaction: (work) => independent.runInNewTransaction(work),
      } satisfies Transactions),
      database: asValue({
        rows: (statement, values) => {
          const within = open === undefined ? outside : (open.cradle as { database: Database }).database;
          return within.rows(statement, values);
        },
      } satisfies Database),
    });

    return {
      cradle: scope.cradle,
      held: () => held,
      async abandon() {
        await rollback();
        return answerOf(await idempotencyStore.find(request));
      },
      async finish(answer) {
        const ending = open;
        if (ending === undefined) return { answer, replayed: false };
        if (await idempotencyStore.store(request, answer, ending.database)) {
          open = undefined;
          await ending.commit();
          return { answer, replayed: false };
        }
        await rollback();
        const first = answerOf(await idempotencyStore.find(request));
        if (first === undefined) throw inFlight();
        return { answer: first, replayed: true };
      },
      async settleWith(answer) {
        await idempotencyStore.settleWith(request, answer);
      },
    };
  }

  return {
    async open(request) {
      const known = await idempotencyStore.find(request);
      if (known?.state === 'held') throw inFlight();
      if (known?.state === 'answered') return { replay: known.answer };
      const call = begin(request);
      return known === undefined ? { call } : { reference: known.reference, call };
    },
  };
};
