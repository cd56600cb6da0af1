import type { AmountScope } from './amounts.js';

/** effective: by the time at which money moved, as known now. recorded: by the time of posting. */
export const AXES = ['effective', 'recorded'] as const;

export type Axis = (typeof AXES)[number];

/** Minor units of `currency`; `floor` as it is now, the sum over the amounts, null when any is unbounded. */
export type Balance = Readonly<{ currency: string; balance: number; held: number; floor: number | null }>;

export type StatementLine = Readonly<{
  transactionId: string;
  number: number;
  effectiveAt: Date;
  description: string | null;
  amount: number;
  /** After this line. */
  balance: number;
}>;

/** Ordered by effective instant, then number. Movements within the account are left out. Minor units. */
export type Statement = Readonly<{
  currency: string;
  opening: number;
  lines: readonly StatementLine[];
  closing: number;
}>;

/** Each method runs one SQL statement. */
export interface BalanceQueries {
  /** At `at`, inclusive. undefined when there is no such account. */
  balance(scope: AmountScope, at: Date, axis: Axis): Promise<Balance | undefined>;
  /** `from` inclusive (null: from the beginning), `to` exclusive; at most `limit` lines. */
  statement(
    scope: AmountScope,
    range: Readonly<{ from: Date | null; to: Date }>,
    limit: number,
  ): Promise<Statement | undefined>;
  /** Hot amounts with more than `postings` postings since their checkpoint. */
  amountsBehind(postings: number, limit: number): Promise<readonly string[]>;
}
