export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** Pieces of an order line that come back into stock. */
export type Restock = Readonly<{ lineId: string; quantity: number }>;

export type Refund = Readonly<{
  /** Also the idempotency key of the refund at the gateway. */
  id: string;
  /** null: no money goes back, only pieces. */
  paymentId: string | null;
  /** Minor units; 0 without a payment, otherwise at least 1. */
  amount: number;
  reason: string;
  status: RefundStatus;
  restock: readonly Restock[];
  createdAt: Date;
  settledAt: Date | null;
}>;

/** A refund that failed moved no money. */
export const isEffectiveRefund = ({ status }: Refund): boolean => status !== 'failed';
