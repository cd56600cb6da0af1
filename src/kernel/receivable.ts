/** The object that is paid for, such as an order or an appointment. Its context implements `PaymentOrigin` for the type. */
export type Origin = Readonly<{ type: string; id: string }>;

/** What a payer owes for one origin, as the context of the origin states it. */
export type Receivable = Readonly<{
  origin: Origin;
  /** The user who pays; null for a person without an account, who pays at the desk. */
  payerId: string | null;
  /** The whole price in minor units, at least 0. */
  amount: number;
  /** ISO 4217. */
  currency: string;
  /** The text of ledger entries; contains no health data and no name. */
  description: string;
  /** The standard account of the ledger that earns the money. */
  income: 'shop-income' | 'clinic-income';
  /** Whether the origin still wants the money; false once it is cancelled. */
  isPayable: boolean;
}>;
