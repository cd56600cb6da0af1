/** Records that the books agreed with the bank, or with the count of the cash box, at the end of a day. */
export type Reconciliation = Readonly<{
  id: string;
  realAccountId: string;
  currency: string;
  /** `yyyy-mm-dd`, in the practice's zone. */
  through: string;
  /** Minor units. */
  closingBalance: number;
  /** The transaction that posted the difference, if there was one. */
  adjustmentId: string | null;
  reconciledAt: Date;
  reconciledBy: string | null;
}>;
