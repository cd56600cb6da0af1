import { HOUR, SECOND } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';

/** With the delays this takes about nine hours. A failure that lasts longer needs an operator. */
export const MAX_ATTEMPTS = 20;

/**
 * Doubles from two seconds to an hour. The jitter (half to whole) keeps jobs that failed together from running together
 * again.
 */
export const retryDelayMs = (attempts: number, random: () => number = Math.random): number =>
  Math.round(Math.min(HOUR, SECOND * 2 ** attempts) * (0.5 + random() / 2));

/**
 * The part of a failure that the job's row stores: kind and code, never the message, which may contain an address, a
 * token or a row. The log has the redacted message.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof DomainError) return `${error.kind} ${error.code}`;
  if (!(error instanceof Error)) return typeof error;
  const code = [error, (error as { parent?: unknown }).parent]
    .map((each) => (each instanceof Error && 'code' in each ? each.code : undefined))
    .find((each) => typeof each === 'string' && /^[\w-]{1,60}$/.test(each));
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
