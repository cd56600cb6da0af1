import { DomainError } from '../../kernel/errors.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { isUnavailable } from '../database/errors.js';
import { scrub } from '../telemetry/redaction.js';
import { CommandFailed, EXIT, UsageError, type ExitCode } from './exit-codes.js';

/** What the person at the terminal gets of an error: lines for stderr, no stack, and the exit code. */
export type Failure = Readonly<{ lines: readonly string[]; exitCode: ExitCode }>;

const MAX_CAUSES = 10;

/** Wrappers, such as a migration that failed, say less than what they wrap. */
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

export function describeFailure(error: unknown): Failure {
  if (error instanceof ConfigurationError)
    return { lines: error.message.split('\n').map(oneLine), exitCode: EXIT.configuration };
  if (error instanceof UsageError)
    return { lines: [`${oneLine(error.message)}; see praxis --help`], exitCode: EXIT.usage };
  if (error instanceof CommandFailed) return { lines: [oneLine(error.message)], exitCode: EXIT.failed };
  if (error instanceof DomainError) return { lines: linesOf(error), exitCode: EXIT.failed };
  const reason = reasonOf(innermost(error));
  if (isUnavailable(error))
    return {
      lines: [`the database is away: ${reason}; start it or correct DATABASE_URL`],
      exitCode: EXIT.unavailable,
    };
  return { lines: [reason], exitCode: EXIT.failed };
}

/** Node tries every address of a host and reports them all, under an empty message. */
function reasonOf(error: unknown): string {
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
