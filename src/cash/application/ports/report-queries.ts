/** One line of a chart. Amounts in minor units of `currency`, one for each point. */
export type Series = Readonly<{ name: string; currency: string; amounts: readonly number[] }>;

/** Each method runs one SQL statement. The instants are ascending, and computed from the calendar of the practice. */
export interface ReportQueries {
  /** The balance of each asset envelope before each instant, on the effective axis. */
  balances(before: readonly Date[], realAccountId: string | undefined): Promise<readonly Series[]>;
  /**
   * Money received and money spent (negative) between each instant and the next, over all real accounts but the external one, by
   * currency. Movements among them are left out. One amount fewer than instants.
   */
  cashFlow(bounds: readonly Date[]): Promise<readonly Series[]>;
  /** The income by origin: `shop`, `clinic`, `other`. One amount fewer than instants. */
  incomeByOrigin(bounds: readonly Date[]): Promise<readonly Series[]>;
  /**
   * The sum of the absolute amounts of unmatched bank lines by age: at each instant, of the lines booked up to the given day
   * that had no match then.
   */
  unreconciled(
    points: readonly Readonly<{ at: Date; day: string }>[],
    realAccountId: string | undefined,
  ): Promise<readonly Series[]>;
}
