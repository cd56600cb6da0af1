import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { BankLine, BankQueries, DayRange } from './bank-ports.js';
import { toDays, type MomentRange } from './days.js';
import { found } from './found.js';
import { assertNotTooLong, LONGEST_STATEMENT } from './longest-statement.js';

/** The bank lines of a real account within a range, first booked first. not_found; 422 `statement-too-long` */
export type ViewBankStatement = (
  query: MomentRange & Readonly<{ realAccountId: string }>,
) => Promise<DayRange & Readonly<{ currency: string; lines: readonly BankLine[] }>>;

type Dependencies = Readonly<{ bankQueries: BankQueries; timeZones: TimeZones; practice: Practice }>;

export const makeViewBankStatement =
  ({ bankQueries, timeZones, practice }: Dependencies): ViewBankStatement =>
  async ({ realAccountId, ...range }) => {
    const days = toDays(range, { timeZones, practice });
    const statement = found(
      await bankQueries.bankStatement(realAccountId, days, LONGEST_STATEMENT + 1),
      'real account',
    );
    assertNotTooLong(statement.lines);
    return { ...statement, ...days };
  };
