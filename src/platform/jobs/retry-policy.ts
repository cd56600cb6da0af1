import { HOUR, SECOND } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';

/** Together with the delays about nine hours: longer than a mail server's bad night is worth less than an alarm. */
export const MAX_ATTEMPTS = 20;

/** Doubles from two seconds to an hour; the jitter (half to whole) keeps what failed together from returning together. */
export const retryDelayMs = (attempts: number, random: () => number = Math.random): number =>
  Math.round(Math.min(HOUR, SECOND * 2 ** attempts) * (0.5 + random() / 2));

/**
 * What a job's row may keep of a failure: kind and code, never the message, which may quote an address,
 * a token or a row. The log has the rest, cleaned.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof DomainError) return `${error.kind} ${error.code}`;
  if (!(error instanceof Error)) return typeof error;
  const code = [error, (error as { parent?: unknown }).parent]
    .map((each) => (each instanceof Error && 'code' in each ? each.code : undefined))
    .find((each) => typeof each === 'string' && /^[\w-]{1,60}$/.test(each));
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
