/** A day to whose end the books and the bank, or the count of the box, agreed to the cent. */
export type Reconciliation = Readonly<{
  id: string;
  realAccountId: string;
  currency: string;
  /** `yyyy-mm-dd`, in the practice's zone. */
  through: string;
  /** Minor units. */
  closingBalance: number;
  /** The transaction that made them agree, where there was a difference. */
  adjustmentId: string | null;
  reconciledAt: Date;
  reconciledBy: string | null;
}>;
