import { plus, type Clock } from '../../kernel/clock.js';
import { found } from './found.js';
import { assertNotTooLong, LONGEST_STATEMENT } from './longest-statement.js';
import type { AmountScope, CashQueries, Statement } from './ports.js';
import { endsBeforeItBegins } from './range.js';

/**
 * The statement of an account or real account, by default from the beginning and up to now. not_found; 422
 * `statement-too-long`; 400 for a range that ends before it begins.
 */
export type ViewStatement = (
  query: Readonly<{ scope: AmountScope; from?: Date | undefined; to?: Date | undefined }>,
) => Promise<Statement & Readonly<{ from: Date | null; to: Date }>>;

export const makeViewStatement =
  ({ cashQueries, clock }: Readonly<{ cashQueries: CashQueries; clock: Clock }>): ViewStatement =>
  async ({ scope, ...range }) => {
    const from = range.from ?? null;
    // Nothing takes effect in the future, so one millisecond from now is after everything.
    const to = range.to ?? plus(clock.now(), 1);
    if (from !== null && range.to !== undefined && from > range.to)
      throw endsBeforeItBegins('must not be before from');
    const statement = found(
      await cashQueries.statement(scope, { from, to }, LONGEST_STATEMENT + 1),
      'account',
    );
    assertNotTooLong(statement.lines);
    return { ...statement, from, to };
  };
