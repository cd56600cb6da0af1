import { DomainError } from '../../kernel/errors.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { EmbeddedServerError } from '../embedded-postgres/start-failure.js';
import { isDiskFull, isUnavailable, refusalOf, type Refusal } from '../database/errors.js';
import { scrub } from '../telemetry/redaction.js';
import { CommandFailed, EXIT, UsageError, WorkersFailed, type ExitCode } from './exit-codes.js';

/** An error for a person at a terminal, with its remedy where one is known. */
export type Explanation = Readonly<{ problem: string; remedy?: string }>;

/** Turns an error into a message without stack or secrets, and an exit code. */
export type Failure = Readonly<{ explanations: readonly Explanation[]; exitCode: ExitCode }>;

const MAX_CAUSES = 10;

/** The innermost cause, because wrappers such as a failed migration say less. */
function innermost(error: unknown): unknown {
  let current = error;
  for (
    let depth = 0;
    depth < MAX_CAUSES && current instanceof Error && current.cause !== undefined;
    depth += 1
  )
    current = current.cause;
  return current;
}

const oneLine = (text: string): string => scrub(text).replace(/\s+/g, ' ').trim();

/** Names both URLs, because the error shows the role or the database but not which URL was used. */
const URLS = 'DATABASE_URL (or DATABASE_MIGRATION_URL)';

const REFUSALS: Readonly<Record<Refusal['of'], Readonly<{ problem: string; remedy: string }>>> = {
  password: {
    problem: 'the database refuses the password',
    remedy: `correct the user or the password in ${URLS}`,
  },
  'sign-in': {
    problem: 'the database refuses the connection',
    remedy: `correct the user or sslmode in ${URLS}, or the server’s pg_hba.conf`,
  },
  database: {
    problem: 'the server does not have this database',
    remedy: `create it, or correct the name in ${URLS}`,
  },
  rights: {
    problem: 'the database role lacks a right',
    remedy: 'grant it, or set DATABASE_MIGRATION_URL to the owner of the schema',
  },
  host: {
    problem: 'the database’s host is unknown',
    remedy: `correct the host in ${URLS}`,
  },
  socket: {
    problem: 'the database’s socket cannot be used',
    remedy: `correct the folder in ${URLS}, or the rights of this user`,
  },
  encryption: {
    problem: 'no encrypted connection to the database',
    remedy: `correct sslmode or sslrootcert in ${URLS}, or the server’s certificate`,
  },
};

/** `command` is the command that was called; the message refers to its help. */
export function describeFailure(error: unknown, command?: string): Failure {
  if (error instanceof ConfigurationError)
    return {
      explanations: error.faults.map(({ name, problem, remedy }) => ({
        problem: `${name} ${oneLine(problem)}`,
        remedy,
      })),
      exitCode: EXIT.configuration,
    };
  if (error instanceof UsageError) {
    const remedy = `see praxis ${command === undefined ? '' : `${command} `}--help`;
    return { explanations: [{ problem: oneLine(error.message), remedy }], exitCode: EXIT.usage };
  }
  if (error instanceof CommandFailed) return oneProblem(error.message, EXIT.failed);
  if (error instanceof WorkersFailed)
    return oneProblem(
      error.message,
      Object.values(EXIT).find((code) => code === error.exitCode) ?? EXIT.failed,
    );
  if (error instanceof DomainError)
    return { explanations: linesOf(error).map((problem) => ({ problem })), exitCode: EXIT.failed };
  if (error instanceof EmbeddedServerError) return oneProblem(error.message, EXIT.unavailable);
  const refusal = refusalOf(error);
  if (refusal !== undefined) {
    const { problem, remedy } = REFUSALS[refusal.of];
    return {
      explanations: [{ problem: `${problem}: ${oneLine(refusal.reason)}`, remedy }],
      exitCode: EXIT.configuration,
    };
  }
  const reason = reasonOf(error);
  if (isDiskFull(error))
    return {
      explanations: [
        { problem: `the database has no room left: ${reason}`, remedy: 'free space on its disk' },
      ],
      exitCode: EXIT.unavailable,
    };
  if (isUnavailable(error))
    return {
      explanations: [
        { problem: `the database is away: ${reason}`, remedy: 'start it or correct DATABASE_URL' },
      ],
      exitCode: EXIT.unavailable,
    };
  return oneProblem(reason, EXIT.failed);
}

/** A line for standard error. */
export const printed = ({ problem, remedy }: Explanation): string =>
  remedy === undefined ? problem : `${problem}; ${remedy}`;

const oneProblem = (problem: string, exitCode: ExitCode): Failure => ({
  explanations: [{ problem: oneLine(problem) }],
  exitCode,
});

/** The innermost message, on one line and without secrets. */
export function reasonOf(caught: unknown): string {
  const error = innermost(caught);
  // Node tries every address of a host and reports them all, under an empty message.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const parent = error instanceof Error && 'parent' in error ? error.parent : undefined;
  if (parent instanceof AggregateError) return reasonOf(parent);
  return oneLine(error instanceof Error ? error.message || error.name : String(error));
}

function linesOf(error: DomainError): string[] {
  const faults = error.details['errors'];
  if (!Array.isArray(faults)) return [oneLine(error.message)];
  return faults.map((fault: { pointer?: unknown; detail?: unknown }) =>
    oneLine(`${String(fault.pointer).replace(/^\//, '')}: ${String(fault.detail)}`),
  );
}
