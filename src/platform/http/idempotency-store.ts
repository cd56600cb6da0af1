import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { HOUR, plus, type Clock } from '../../kernel/clock.js';
import type { Secrets } from '../config/secrets.js';
import type { Database, Statement } from '../database/database.js';
import type { Answer } from './answer.js';
import { ProtocolError } from './problems.js';

/** What a request says of itself when it carries a key. */
export type KeyedRequest = Readonly<{ key: string; caller: string; operation: string; fingerprint: string }>;

/** What is known of a key: its answer; or that its request runs (`held`), or was settled without an answer so far. */
export type KnownKey = Readonly<
  { state: 'answered'; answer: Answer } | { state: 'held' } | { state: 'settled'; reference: string }
>;

/** How long an answer is kept (API contract: 24 h per user and route). */
const KEPT_MS = 24 * HOUR;
const IV_BYTES = 12;
const TAG_BYTES = 16;

const SELECT_KEY: Statement = {
  name: 'idempotency_key',
  text: 'SELECT fingerprint, answer, reference, settled FROM idempotency_keys WHERE key_hash = $1 AND expires_at > $2',
};

/** A row that is over, or that was held, gives way to the answer; an answer that is there stays, and no row comes back. */
const STORE_ANSWER = `
  INSERT INTO idempotency_keys (key_hash, operation, fingerprint, answer, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (key_hash) DO UPDATE
    SET operation = excluded.operation, fingerprint = excluded.fingerprint, answer = excluded.answer,
        created_at = excluded.created_at, expires_at = excluded.expires_at
    WHERE idempotency_keys.expires_at <= excluded.created_at OR idempotency_keys.answer IS NULL
  RETURNING 1 AS stored`;

const HOLD = `
  INSERT INTO idempotency_keys (key_hash, operation, fingerprint, reference, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (key_hash) DO UPDATE
    SET operation = excluded.operation, fingerprint = excluded.fingerprint, reference = excluded.reference,
        answer = NULL, settled = false, created_at = excluded.created_at, expires_at = excluded.expires_at
    WHERE idempotency_keys.expires_at <= excluded.created_at
  RETURNING encode(key_hash, 'hex') AS handle`;

const SETTLE = `UPDATE idempotency_keys SET settled = true WHERE key_hash = decode($1, 'hex') AND answer IS NULL`;

type Row = { fingerprint: Buffer; answer: Buffer | null; reference: string | null; settled: boolean };

/**
 * Keys and their answers. Rows are found by an HMAC over caller, route and key; answers are encrypted under a secret
 * that the client's key is part of, so a copy of the table shows none of them.
 */
export interface IdempotencyStore {
  /** Throws `idempotency-key-reused` (422) when the key came with another request. */
  find(request: KeyedRequest): Promise<KnownKey | undefined>;
  /** Whether this answer is the one that stays. */
  store(request: KeyedRequest, answer: Answer, transaction?: Transaction): Promise<boolean>;
  /** The handle of the held key, or undefined when another request with it was first. */
  hold(request: KeyedRequest, reference: string, transaction: Transaction): Promise<string | undefined>;
  settle(handle: string, transaction: Transaction): Promise<void>;
  /** A number to lock by while a request with the key is at work. */
  lockId(request: KeyedRequest): string;
}

export const makeIdempotencyStore = ({
  sequelize,
  database,
  secrets,
  clock,
}: {
  sequelize: Sequelize;
  database: Database;
  secrets: Secrets;
  clock: Clock;
}): IdempotencyStore => {
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
    const iv = stored.subarray(0, IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', macOf(answerSecret, request), iv);
    decipher.setAuthTag(stored.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const plain = Buffer.concat([decipher.update(stored.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(plain.toString()) as Answer;
  };

  const fingerprintOf = (request: KeyedRequest): Buffer =>
    createHash('sha256').update(request.fingerprint).digest();

  const identify = (request: KeyedRequest): unknown[] => [
    macOf(lookupSecret, request),
    request.operation,
    fingerprintOf(request),
  ];

  const life = (): Date[] => {
    const now = clock.now();
    return [now, plus(now, KEPT_MS)];
  };

  const write = <Result extends object>(sql: string, bind: unknown[], transaction?: Transaction) =>
    sequelize.query<Result>(sql, {
      bind,
      type: QueryTypes.SELECT,
      ...(transaction !== undefined && { transaction }),
    });

  return {
    async find(request) {
      const [row] = await database.rows<Row>(SELECT_KEY, [macOf(lookupSecret, request), clock.now()]);
      if (row === undefined) return undefined;
      if (!timingSafeEqual(row.fingerprint, fingerprintOf(request)))
        throw new ProtocolError('idempotency-key-reused', 'The key was used before for a different request.');
      if (row.answer !== null) return { state: 'answered', answer: unseal(request, row.answer) };
      return row.settled && row.reference !== null
        ? { state: 'settled', reference: row.reference }
        : { state: 'held' };
    },
    async store(request, answer, transaction) {
      const bind = [...identify(request), seal(request, answer), ...life()];
      return (await write(STORE_ANSWER, bind, transaction)).length > 0;
    },
    async hold(request, reference, transaction) {
      const bind = [...identify(request), reference, ...life()];
      const [row] = await write<{ handle: string }>(HOLD, bind, transaction);
      return row?.handle;
    },
    async settle(handle, transaction) {
      await sequelize.query(SETTLE, { bind: [handle], type: QueryTypes.RAW, transaction });
    },
    lockId: (request) => macOf(lookupSecret, request).readBigInt64BE(0).toString(),
  };
};
