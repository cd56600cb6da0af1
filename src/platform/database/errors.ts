import { ConnectionAcquireTimeoutError, ConnectionError } from 'sequelize';

/** The fields of an error of pg or of Node that identify the failure. */
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

/** Class 23. For a row that is still referred to, PostgreSQL 18 reports 23001 where 15 reports 23503. */
const isViolation = (clues: Clues): boolean => /^23[0-9A-Z]{3}$/.test(codeOf(clues));

/**
 * The constraint or index that rejected a write; undefined for any other error. The protocol gives no name for NOT
 * NULL, so such a violation gets the name that PostgreSQL 18 makes by default, `<table>_<column>_not_null`.
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
 * PostgreSQL, appendix A. Class 08: connection; 53: out of connections, memory or disk; 57P01–05: shutting down,
 * starting or dropped; 57014: statement timeout; 25P03, 25P04: transaction timeouts.
 */
const SERVER_CODES = /^(08[0-9A-Z]{3}|53[0-9A-Z]{3}|57P0[1-5]|57014|25P0[34])$/;

/** Messages of pg for errors without a code. */
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
      // The socket file is missing, because the server has ended.
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
 * A row changed while its lock was waited for, and now belongs earlier in the lock order. Locking it again could
 * deadlock, so the transaction is rolled back and repeated.
 */
export class OutdatedLockOrder extends Error {}

/** PostgreSQL's 53100, which it also reports when a quota is exceeded. */
export const isDiskFull = (error: unknown): boolean => has(error, (clues) => codeOf(clues) === '53100');

/** As `isDiskFull`, or the disk of this process is full, as for uploads. */
export const isStorageFull = (error: unknown): boolean =>
  isDiskFull(error) || has(error, (clues) => /^(ENOSPC|EDQUOT)$/.test(codeOf(clues)));

/** PostgreSQL refused a statement, and the connection is in order. */
export const failsStatementOnly = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^[0-9A-Z]{5}$/.test(error.code) &&
  'severity' in error &&
  error.severity === 'ERROR';

/** A missing table, as after its migration was reverted. */
export const isMissingTable = (error: unknown): boolean => has(error, (clues) => codeOf(clues) === '42P01');

/** A refused connection. An operator has to correct the cause; a retry does not help. */
export type Refusal = Readonly<{
  of: 'password' | 'sign-in' | 'database' | 'rights' | 'host' | 'socket' | 'encryption';
  /** The message of PostgreSQL or of the system. */
  reason: string;
}>;

/** 28P01 is a wrong password. The rest of class 28 concerns the user, pg_hba.conf or encryption. */
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

/** Errors of the system with the call that failed, because access to a file can fail with the same code. */
const SYSTEM_REFUSALS: readonly (readonly [of: Refusal['of'], call: string, code: RegExp])[] = [
  // ENOTFOUND: there is no such host. EAI_AGAIN is not listed, because the name server may answer later.
  ['host', 'getaddrinfo', /^ENOTFOUND$/],
  ['socket', 'connect', /^(EACCES|EPERM|ENOTSOCK|EPROTOTYPE|ENAMETOOLONG|EINVAL)$/],
];

/** Messages of errors without a code. */
const REFUSAL_MESSAGES: readonly (readonly [of: Refusal['of'], message: RegExp])[] = [
  ['encryption', /^The server does not support SSL connections/],
  ['password', /^SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be/],
  // A message of PgBouncer, which uses its code for other errors too.
  ['sign-in', /^no such user/],
  ['database', /^no such database/],
];

const refusalIn = (clues: Clues): Refusal['of'] | undefined => {
  const text = typeof clues.message === 'string' ? clues.message : '';
  return (REFUSALS.find(([, code]) => code.test(codeOf(clues))) ??
    SYSTEM_REFUSALS.find(([, call, code]) => clues.syscall === call && code.test(codeOf(clues))) ??
    REFUSAL_MESSAGES.find(([, message]) => message.test(text)))?.[0];
};

/** Why the database refuses the connection; undefined for any other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  for (const clues of chain(error)) {
    const of = refusalIn(clues);
    if (of !== undefined) return { of, reason: String(clues.message) };
  }
  return undefined;
}

export const isRefused = (error: unknown): boolean => refusalOf(error) !== undefined;
