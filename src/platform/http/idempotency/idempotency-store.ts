import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { HOUR, plus, type Clock } from '../../../kernel/clock.js';
import type { Secrets } from '../../config/secrets.js';
import type { Database, Statement } from '../../database/database.js';
import type { Answer } from '../replies/answer.js';
import { hasCode } from '../../error-code.js';
import { ProtocolError } from '../replies/protocol-error.js';

/** A request with an Idempotency-Key, as the store identifies it. */
export type KeyedRequest = Readonly<{ key: string; caller: string; operation: string; fingerprint: string }>;

/** The state of a key: answered; `held` while its request runs; or released without an answer. */
export type KnownKey = Readonly<
  { state: 'answered'; answer: Answer } | { state: 'held' } | { state: 'settled'; reference: string }
>;

/** How long an answer is kept (API contract: 24 h per user and route). */
const KEPT_MS = 24 * HOUR;
const IV_BYTES = 12;
const TAG_BYTES = 16;

const SELECT_KEY: Statement = {
  name: 'idempotency_key',
  shareable: true,
  text: 'SELECT fingerprint, answer, reference, settled FROM idempotency_keys WHERE key_hash = $1 AND expires_at > $2',
};

/** Raises `ALREADY_ANSWERED` when the key has an answer. */
const STORE_ANSWER: Statement = {
  name: 'idempotency_store',
  text: 'SELECT store_idempotency_answer($1, $2, $3, $4, $5, $6)',
};
const ALREADY_ANSWERED = 'IK002';

/** An existing answer stays. */
const SETTLE_WITH: Statement = {
  name: 'idempotency_settle_with',
  text: `
  INSERT INTO idempotency_keys AS k (key_hash, operation, fingerprint, answer, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (key_hash) DO UPDATE
    SET operation = excluded.operation, fingerprint = excluded.fingerprint, answer = excluded.answer,
        created_at = excluded.created_at, expires_at = excluded.expires_at
    WHERE k.expires_at <= excluded.created_at OR k.answer IS NULL`,
};

/** Raises `CLAIMED_BY_ANOTHER`. The error aborts the transaction, so other statements may be sent directly behind it. */
const CLAIM: Statement = {
  name: 'idempotency_claim',
  text: 'SELECT claim_idempotency_key($1)',
};
const CLAIMED_BY_ANOTHER = 'IK001';

const RESERVE: Statement = {
  name: 'idempotency_reserve',
  text: `
  INSERT INTO idempotency_keys (key_hash, operation, fingerprint, reference, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (key_hash) DO UPDATE
    SET operation = excluded.operation, fingerprint = excluded.fingerprint, reference = excluded.reference,
        answer = NULL, settled = false, created_at = excluded.created_at, expires_at = excluded.expires_at
    WHERE idempotency_keys.expires_at <= excluded.created_at
  RETURNING encode(key_hash, 'hex') AS handle`,
};

const RELEASE: Statement = {
  name: 'idempotency_release',
  text: `UPDATE idempotency_keys SET settled = true WHERE key_hash = decode($1, 'hex') AND answer IS NULL`,
};

type Row = { fingerprint: Buffer; answer: Buffer | null; reference: string | null; settled: boolean };

/**
 * Keys and their answers. Rows are found by an HMAC over caller, route and key; answers are encrypted under a secret
 * that the client's key is part of, so a copy of the table shows none of them.
 */
export interface IdempotencyStore {
  /** Throws `idempotency-key-reused` (422) when the key came with another request. */
  find(request: KeyedRequest): Promise<KnownKey | undefined>;
  /**
   * Locks the key to the end of the transaction and returns true. Returns false when another transaction holds it; the
   * caller's transaction is aborted then and has to be rolled back.
   */
  claim(request: KeyedRequest, within: Database): Promise<boolean>;
  /**
   * Stores the answer and returns true. Returns false when the key has an answer already; the caller's transaction is
   * aborted then and has to be rolled back.
   */
  store(request: KeyedRequest, answer: Answer, within: Database): Promise<boolean>;
  /** Stores the answer unless there is one. */
  settleWith(request: KeyedRequest, answer: Answer): Promise<void>;
  /** The handle of the held key, or undefined when another request with it was first. */
  reserve(request: KeyedRequest, reference: string, within: Database): Promise<string | undefined>;
  release(handle: string, within: Database): Promise<void>;
}

export const makeIdempotencyStore = ({
  database,
  secrets,
  clock,
}: {
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

  const hashOf = (request: KeyedRequest): Buffer => macOf(lookupSecret, request);

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
    hashOf(request),
    request.operation,
    fingerprintOf(request),
  ];

  const life = (): Date[] => {
    const now = clock.now();
    return [now, plus(now, KEPT_MS)];
  };

  const answered = (request: KeyedRequest, answer: Answer): unknown[] => [
    ...identify(request),
    seal(request, answer),
    ...life(),
  ];

  return {
    async find(request) {
      const [row] = await database.rows<Row>(SELECT_KEY, [hashOf(request), clock.now()]);
      if (row === undefined) return undefined;
      if (!timingSafeEqual(row.fingerprint, fingerprintOf(request)))
        throw new ProtocolError('idempotency-key-reused', 'The key was used before for a different request.');
      if (row.answer !== null) return { state: 'answered', answer: unseal(request, row.answer) };
      return row.settled && row.reference !== null
        ? { state: 'settled', reference: row.reference }
        : { state: 'held' };
    },
    async claim(request, within) {
      try {
        await within.rows(CLAIM, [hashOf(request).readBigInt64BE(0).toString()]);
        return true;
      } catch (error) {
        if (hasCode(error, CLAIMED_BY_ANOTHER)) return false;
        throw error;
      }
    },
    async store(request, answer, within) {
      try {
        await within.rows(STORE_ANSWER, answered(request, answer));
        return true;
      } catch (error) {
        if (hasCode(error, ALREADY_ANSWERED)) return false;
        throw error;
      }
    },
    async settleWith(request, answer) {
      await database.rows(SETTLE_WITH, answered(request, answer));
    },
    async reserve(request, reference, within) {
      const values = [...identify(request), reference, ...life()];
      const [row] = await within.rows<{ handle: string }>(RESERVE, values);
      return row?.handle;
    },
    async release(handle, within) {
      await within.rows(RELEASE, [handle]);
    },
  };
};
