import { DomainError } from '../../kernel/errors.js';

/** A longer statement has to be requested in parts. */
export const LONGEST_STATEMENT = 10_000;

/** 422 `statement-too-long` for more than `LONGEST_STATEMENT` lines. */
export function assertNotTooLong(lines: readonly unknown[]): void {
  if (lines.length > LONGEST_STATEMENT)
    throw new DomainError(
      'invalid',
      'statement-too-long',
      `A statement has at most ${LONGEST_STATEMENT} lines; narrow the range.`,
    );
}
