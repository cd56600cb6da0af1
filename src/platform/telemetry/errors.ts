import { DomainError } from '../../kernel/errors.js';
import { scrub } from './redaction.js';

const MAX_CAUSES = 5;

/** Members that describe the failure and never contain input of a caller. */
const PLAIN_MEMBERS = [
  'code',
  'errno',
  'syscall',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'routine',
  'responseCode',
  'command',
  'kind',
] as const;

/**
 * Serializes an error for the log: type, message, code, stack and causes. It copies only listed members, because
 * Sequelize's errors contain statements and parameters, pg's the offending row (`detail`), and SMTP's the recipient.
 */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)) };
  const message = messageOf(error);
  const described: Record<string, unknown> = { type: error.name, message };
  for (const name of PLAIN_MEMBERS) {
    const member = (error as unknown as Record<string, unknown>)[name];
    if (typeof member === 'string' || typeof member === 'number') described[name] = member;
  }
  if (!(error instanceof DomainError)) described['stack'] = stackOf(error, message);
  const cause = error.cause ?? (error as { parent?: unknown }).parent;
  if (cause !== undefined && cause !== error && depth < MAX_CAUSES)
    described['cause'] = describeError(cause, depth + 1);
  if (error instanceof AggregateError && depth < MAX_CAUSES)
    described['errors'] = error.errors.slice(0, MAX_CAUSES).map((each) => describeError(each, depth + 1));
  return described;
}

/** PostgreSQL's data exceptions (class 22) quote the invalid value: `…: "value"`. */
function messageOf(error: Error): string {
  const code = codeOf(error) ?? codeOf((error as { parent?: unknown }).parent);
  const message = code?.startsWith('22') === true ? error.message.replace(/: ".*$/s, '') : error.message;
  return scrub(message);
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : undefined;

/** The stack frames under the cleaned message, because the stack starts with the original message. */
function stackOf(error: Error, message: string): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${message}`, ...frames].join('\n');
}
