import { ConfigurationError } from '../config/configuration-error.js';
import { hasCode } from '../error-code.js';
import { isDiskFull, isUnavailable, refusalOf } from '../database/errors.js';

/** The embedded server cannot run for a reason outside of Praxis; the message says what to do. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
}

type Diagnosis = Readonly<{
  /** Messages of PostgreSQL, initdb or the system. */
  pattern: RegExp;
  describe(place: string, reason: string, cause: unknown): Error;
}>;

const misplaced = (problem: string, remedy: string, cause: unknown): Error =>
  Object.assign(new ConfigurationError([{ name: 'PRAXIS_HOME', problem, remedy }]), { cause });

const DIAGNOSES: readonly Diagnosis[] = [
  {
    pattern: /No space left on device|Disk quota exceeded|\bENOSPC\b|\bEDQUOT\b/i,
    describe: (place, reason, cause) =>
      new EmbeddedServerError(
        `the embedded PostgreSQL has no space left in ${place} (${reason}); free some, or set PRAXIS_HOME to a larger disk`,
        { cause },
      ),
  },
  {
    pattern: /Cannot allocate memory|could not (map anonymous|create) shared memory|out of memory/i,
    describe: (_place, reason, cause) =>
      new EmbeddedServerError(
        `the embedded PostgreSQL gets too little memory (${reason}); free some, or set DATABASE_URL to another server`,
        { cause },
      ),
  },
  {
    pattern:
      /checkpoint record|invalid (primary|secondary) checkpoint|WAL ends before|could not find redo|incorrect checksum in control file|calculated CRC checksum|database files are incompatible|could not open file "(global|base|pg_)[^"]*": No such file|invalid page in block|not a valid data directory|invalid record length/i,
    describe: (place, reason, cause) =>
      misplaced(
        `holds a database in ${place} that PostgreSQL cannot recover (${reason})`,
        'restore a backup; a copy that was made while the server ran is no backup',
        cause,
      ),
  },
  {
    pattern:
      /Permission denied|Read-only file system|Operation not permitted|\bEACCES\b|\bEROFS\b|\bEPERM\b|\bENOTDIR\b/i,
    describe: (place, reason, cause) =>
      misplaced(
        `cannot be used: ${place} is closed to the user PostgreSQL runs as (${reason})`,
        'give it back to that user, or choose another folder',
        cause,
      ),
  },
];

/** The line with the reason, without its time stamp; otherwise the last line. */
function reasonIn(words: string, pattern: RegExp): string {
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((each) => pattern.test(each)) ?? lines.at(-1) ?? '';
  return line.replace(/^.*?(PANIC|FATAL|ERROR|LOG|error|fatal):\s+/, '').trim();
}

/** The failure that PostgreSQL's log shows, if the operator can repair it; otherwise null. */
export function knownFailure(place: string, words: string, cause?: unknown): Error | null {
  const diagnosis = DIAGNOSES.find(({ pattern }) => pattern.test(words));
  return diagnosis?.describe(place, reasonIn(words, diagnosis.pattern), cause) ?? null;
}

/** Translates an error of a query to the embedded server, which has no DATABASE_URL; returns other errors unchanged. */
export function queryFailure(place: string, error: unknown): unknown {
  const reason = error instanceof Error ? error.message : String(error);
  if (isDiskFull(error)) return knownFailure(place, `No space left on device: ${reason}`, error) ?? error;
  const refusal = refusalOf(error);
  if (refusal?.of === 'password' || refusal?.of === 'sign-in')
    return misplaced(
      `holds a database in ${place} that refuses the passwords in credentials.json beside it (${refusal.reason})`,
      'restore that file from the backup that the database is from',
      error,
    );
  if (refusal === undefined && isUnavailable(error))
    return new EmbeddedServerError(`the embedded PostgreSQL in ${place} does not answer (${reason})`, {
      cause: error,
    });
  return error;
}

/** The error of a program of PostgreSQL that ended early; `words` is its standard error output. */
export const startFailure = (place: string, program: string, words: string): Error =>
  knownFailure(place, words) ?? new Error(`The embedded PostgreSQL did not start (${program}): ${words}`);

/** The same for an error of the file system; returns other errors unchanged. */
export const fileFailure = (place: string, error: unknown): unknown =>
  hasCode(error, 'ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR')
    ? (knownFailure(place, (error as Error).message, error) ?? error)
    : error;
