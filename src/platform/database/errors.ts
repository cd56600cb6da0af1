import { ConnectionAcquireTimeoutError, ConnectionError } from 'sequelize';

/** The fields of a pg error, or of one of Node's, that tell what happened. */
type Clues = Readonly<{
  code?: unknown;
  syscall?: unknown;
  constraint?: unknown;
  table?: unknown;
  column?: unknown;
  message?: unknown;
  parent?: unknown;
  original?: unknown;
  cause?: unknown;
}>;

const DEEPEST = 5;

/** The error and what it wraps: Sequelize keeps pg's error as `parent`, umzug as `cause`. */
function* chain(error: unknown): Generator<Clues> {
  let current = error;
  for (let depth = 0; depth < DEEPEST && typeof current === 'object' && current !== null; depth += 1) {
    const clues = current as Clues;
    yield clues;
    current = clues.parent ?? clues.original ?? clues.cause;
  }
}

const has = (error: unknown, test: (clues: Clues) => boolean): boolean => {
  for (const clues of chain(error)) if (test(clues)) return true;
  return false;
};

const codeOf = ({ code }: Clues): string => (typeof code === 'string' ? code : '');

/** 23xxx; PostgreSQL 18 says 23001 where 15 says 23503 when a row is still referred to. */
const isViolation = (clues: Clues): boolean => /^23[0-9A-Z]{3}$/.test(codeOf(clues));

/**
 * The constraint or index that refused a write, of whatever kind. A violated NOT NULL has no name in the protocol and
 * is given the one PostgreSQL 18 makes by default, `<table>_<column>_not_null`. undefined: the error is something else.
 */
export function violatedConstraint(error: unknown): string | undefined {
  for (const clues of chain(error)) {
    if (!isViolation(clues)) continue;
    if (typeof clues.constraint === 'string') return clues.constraint;
    if (typeof clues.table === 'string' && typeof clues.column === 'string')
      return `${clues.table}_${clues.column}_not_null`;
  }
  return undefined;
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * PostgreSQL, appendix A. Class 08: connection; 53: out of connections, memory or disk; 57P01–05: shutting down, starting
 * or dropped; 57014: over the statement's time; 25P03, 25P04: over the transaction's time.
 */
const SERVER_CODES = /^(08[0-9A-Z]{3}|53[0-9A-Z]{3}|57P0[1-5]|57014|25P0[34])$/;

/** pg gives these no code. */
const MESSAGES =
  /^(Connection terminated|timeout (exceeded when trying to connect|expired)|Client (has encountered a connection error|was closed) and is not queryable|Query read timeout|pool is draining|ConnectionManager\.getConnection was called after)/;

/** Whether the database is unreachable, starting, stopping or out of connections: answered 503, may be retried. */
export function isUnavailable(error: unknown): boolean {
  return has(
    error,
    (clues) =>
      clues instanceof ConnectionAcquireTimeoutError ||
      clues instanceof ConnectionError ||
      NETWORK_CODES.has(codeOf(clues)) ||
      // The socket of a server that has ended.
      (codeOf(clues) === 'ENOENT' && clues.syscall === 'connect') ||
      SERVER_CODES.test(codeOf(clues)) ||
      (typeof clues.message === 'string' && MESSAGES.test(clues.message)),
  );
}

/** Serialization failure, deadlock, lock timeout. */
const RETRYABLE = new Set(['40001', '40P01', '55P03']);

/** Whether the transaction may succeed when it is repeated. */
export const isRetryable = (error: unknown): boolean => has(error, (clues) => RETRYABLE.has(codeOf(clues)));

/**
 * A row changed, while its lock was waited for, so that it belongs earlier in the order of locks. Taking its other lock
 * now would be out of order and could deadlock, so the transaction is rolled back and run again.
 */
export class OutdatedLockOrder extends Error {}

/** PostgreSQL's own 53100, which it also gives where a quota is used up. */
export const isDiskFull = (error: unknown): boolean => has(error, (clues) => codeOf(clues) === '53100');

/** The same, or a full disk of this process's own, as for uploads. */
export const isStorageFull = (error: unknown): boolean =>
  isDiskFull(error) || has(error, (clues) => /^(ENOSPC|EDQUOT)$/.test(codeOf(clues)));

/** A missing table, as after its migration was reverted. */
export const isMissingTable = (error: unknown): boolean => has(error, (clues) => codeOf(clues) === '42P01');

/** A refused connection, which an operator has to correct; a retry does not help. */
export type Refusal = Readonly<{
  of: 'password' | 'sign-in' | 'database' | 'rights' | 'host' | 'socket' | 'encryption';
  /** In the words of PostgreSQL or the system. */
  reason: string;
}>;

/** 28P01 is about the password; the rest of class 28 about the user, pg_hba.conf or encryption. */
const REFUSALS: readonly (readonly [of: Refusal['of'], code: RegExp])[] = [
  ['password', /^28P01$/],
  ['sign-in', /^28[0-9A-Z]{3}$/],
  ['database', /^3D000$/],
  ['rights', /^42501$/],
  [
    'encryption',
    /^(EPROTO|ERR_(SSL|TLS)_\w+|CERT_\w+|(DEPTH_ZERO_)?SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|HOSTNAME_MISMATCH)$/,
  ],
];

/** For the system's errors, by the call that failed: a file may be closed to us under the same code. */
const SYSTEM_REFUSALS: readonly (readonly [of: Refusal['of'], call: string, code: RegExp])[] = [
  // EAI_AGAIN is a name server that does not answer; this one has answered that there is no such host.
  ['host', 'getaddrinfo', /^ENOTFOUND$/],
  ['socket', 'connect', /^(EACCES|EPERM|ENOTSOCK|EPROTOTYPE|ENAMETOOLONG|EINVAL)$/],
];

/** pg gives these no code. */
const REFUSAL_MESSAGES: readonly (readonly [of: Refusal['of'], message: RegExp])[] = [
  ['encryption', /^The server does not support SSL connections/],
  ['password', /^SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be/],
  // PgBouncer's words, under a code that stands for other things too.
  ['sign-in', /^no such user/],
  ['database', /^no such database/],
];

const refusalIn = (clues: Clues): Refusal['of'] | undefined => {
  const text = typeof clues.message === 'string' ? clues.message : '';
  return (REFUSALS.find(([, code]) => code.test(codeOf(clues))) ??
    SYSTEM_REFUSALS.find(([, call, code]) => clues.syscall === call && code.test(codeOf(clues))) ??
    REFUSAL_MESSAGES.find(([, message]) => message.test(text)))?.[0];
};

/** Why the database refuses us, if it does. */
export function refusalOf(error: unknown): Refusal | undefined {
  for (const clues of chain(error)) {
    const of = refusalIn(clues);
    if (of !== undefined) return { of, reason: String(clues.message) };
  }
  return undefined;
}

export const isRefused = (error: unknown): boolean => refusalOf(error) !== undefined;
