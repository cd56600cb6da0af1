import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { asValue, type AwilixContainer } from 'awilix';
import { QueryTypes, type Sequelize } from 'sequelize';
import { HOUR, plus, type Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import type { Secrets } from '../config/secrets.js';
import type { Database, Statement } from '../database/database.js';
import {
  beginTransaction,
  makeTransactions,
  withRetries,
  type OpenTransaction,
  type Transactions,
} from '../database/transactions.js';
import type { Answer } from './answer.js';
import { malformedRequest, ProtocolError } from './problems.js';

/** How long an answer is kept (API contract: 24 h per user and route). */
const KEPT_MS = 24 * HOUR;
const IV_BYTES = 12;
const TAG_BYTES = 16;

const SELECT_ANSWER: Statement = {
  name: 'idempotency_answer',
  text: 'SELECT fingerprint, answer FROM idempotency_keys WHERE key_hash = $1 AND expires_at > $2',
};

/** Stores the answer; an expired row of the same key is overwritten, a live one is left alone and returns no row. */
const STORE_ANSWER = `
  INSERT INTO idempotency_keys (key_hash, operation, fingerprint, answer, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (key_hash) DO UPDATE
    SET operation = excluded.operation, fingerprint = excluded.fingerprint, answer = excluded.answer,
        created_at = excluded.created_at, expires_at = excluded.expires_at
    WHERE idempotency_keys.expires_at <= excluded.created_at
  RETURNING 1 AS stored`;

/** What a request says of itself when it carries a key. */
export type KeyedRequest = Readonly<{ key: string; caller: string; operation: string; fingerprint: string }>;

/** A keyed request at work: `cradle` is where its use cases come from. */
export interface KeyedCall {
  readonly cradle: object;
  /** Commits the effect and the answer together; returns the answer to send, which is another's if that was first. */
  finish(answer: Answer): Promise<Readonly<{ answer: Answer; replayed: boolean }>>;
  /** Rolls back what has not been committed; nothing is stored. */
  abandon(): Promise<void>;
}

export interface Idempotency {
  /** The stored answer of an earlier, equal request; or a call to carry out. Throws `idempotency-key-reused` (422). */
  open(request: KeyedRequest): Promise<Readonly<{ replay: Answer }> | Readonly<{ call: KeyedCall }>>;
}

/** Reads the header (draft-ietf-httpapi-idempotency-key-header): a quoted or a bare string of 1–255 visible characters. */
export function readIdempotencyKey(header: string, required: boolean): string | undefined {
  if (header === '') {
    if (!required) return undefined;
    throw new ProtocolError(
      'idempotency-key-required',
      'Send an Idempotency-Key, a fresh UUID for each new request.',
    );
  }
  const key =
    /^"([\x20-\x21\x23-\x7e]{1,255})"$/.exec(header)?.[1] ?? /^([\x21\x23-\x7e]{1,255})$/.exec(header)?.[1];
  if (key === undefined)
    throw malformedRequest([
      { pointer: '/header/Idempotency-Key', detail: 'must be 1 to 255 visible ASCII characters' },
    ]);
  return key;
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

/**
 * Idempotency keys that commit with the effect. The first unit of work of the request opens a transaction, takes an
 * advisory lock on the key, and stays open until the answer is known; then answer and effect commit together.
 * Answers are encrypted under a secret that the client's key is part of, so a copy of the table shows none of them.
 */
export const makeIdempotency = ({
  container,
  sequelize,
  database,
  secrets,
  clock,
}: {
  container: AwilixContainer;
  sequelize: Sequelize;
  database: Database;
  secrets: Secrets;
  clock: Clock;
}): Idempotency => {
  const lookupSecret = secrets.key('idempotency-lookup');
  const answerSecret = secrets.key('idempotency-answer');

  const macOf = (secret: Buffer, { caller, operation, key }: KeyedRequest): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([caller, operation, key]))
      .digest();

  const seal = (request: KeyedRequest, answer: Answer): Buffer => {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', macOf(answerSecret, request), iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  };

  const unseal = (request: KeyedRequest, stored: Buffer): Answer => {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      macOf(answerSecret, request),
      stored.subarray(0, IV_BYTES),
    );
    decipher.setAuthTag(stored.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const plain = Buffer.concat([decipher.update(stored.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(plain.toString()) as Answer;
  };

  const fingerprintOf = (request: KeyedRequest): Buffer =>
    createHash('sha256').update(request.fingerprint).digest();

  async function storedAnswer(request: KeyedRequest): Promise<Answer | undefined> {
    const values = [macOf(lookupSecret, request), clock.now()];
    const [row] = await database.rows<{ fingerprint: Buffer; answer: Buffer }>(SELECT_ANSWER, values);
    if (row === undefined) return undefined;
    if (!timingSafeEqual(row.fingerprint, fingerprintOf(request)))
      throw new ProtocolError('idempotency-key-reused', 'The key was used before for a different request.');
    return unseal(request, row.answer);
  }

  /** Only one request of a key works at a time; the lock ends with its transaction, however that ends. */
  async function claim(request: KeyedRequest, open: OpenTransaction): Promise<void> {
    const lockId = macOf(lookupSecret, request).readBigInt64BE(0).toString();
    const [row] = await sequelize.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1) AS locked',
      {
        bind: [lockId],
        type: QueryTypes.SELECT,
        transaction: open.transaction,
      },
    );
    if (row?.locked !== true) throw inFlight();
  }

  async function store(request: KeyedRequest, open: OpenTransaction, answer: Answer): Promise<boolean> {
    const now = clock.now();
    const rows = await sequelize.query(STORE_ANSWER, {
      bind: [
        macOf(lookupSecret, request),
        request.operation,
        fingerprintOf(request),
        seal(request, answer),
        now,
        plus(now, KEPT_MS),
      ],
      type: QueryTypes.SELECT,
      transaction: open.transaction,
    });
    return rows.length > 0;
  }

  function begin(request: KeyedRequest): KeyedCall {
    let open: OpenTransaction | undefined;
    const scope = container.createScope();

    const abandon = async (): Promise<void> => {
      const abandoned = open;
      open = undefined;
      await abandoned?.rollback();
    };

    /** The first unit of work opens the transaction of the whole request; later ones join it. */
    const run = async <Result>(work: (cradle: object) => Promise<Result>): Promise<Result> => {
      if (open !== undefined) return work(open.cradle);
      return withRetries(async () => {
        const started = await beginTransaction(scope, sequelize);
        try {
          await claim(request, started);
          const result = await work(started.cradle);
          open = started;
          return result;
        } catch (error) {
          await started.rollback();
          throw error;
        }
      });
    };

    const independent = makeTransactions({ sequelize, container });
    const outside = scope.resolve<Database>('database');
    scope.register({
      transactions: asValue({ run, commitNow: (work) => independent.commitNow(work) } satisfies Transactions),
      database: asValue({
        rows: (statement, values) =>
          (open === undefined ? outside : (open.cradle as { database: Database }).database).rows(
            statement,
            values,
          ),
      } satisfies Database),
    });

    return {
      cradle: scope.cradle,
      abandon,
      async finish(answer) {
        if (open === undefined) return { answer, replayed: false };
        try {
          if (await store(request, open, answer)) {
            await open.commit();
            open = undefined;
            return { answer, replayed: false };
          }
        } catch (error) {
          await abandon();
          throw error;
        }
        await abandon();
        const first = await storedAnswer(request);
        if (first === undefined) throw inFlight();
        return { answer: first, replayed: true };
      },
    };
  }

  return {
    async open(request) {
      const replay = await storedAnswer(request);
      return replay === undefined ? { call: begin(request) } : { replay };
    },
  };
};
