import type { Payment, Refund } from '../../../kernel/payments.js';
import { restorePayment } from '../../domain/payment.js';
import { restoreRefund } from '../../domain/refund.js';
import type { PaymentColumns } from './models/payment.js';
import type { RefundColumns } from './models/refund.js';

type Stored = Readonly<{ originType: string; originId: string; amount: string | number }>;

const toOrigin = ({ originType: type, originId: id }: Stored) => ({ type, id });

const toAmount = ({ amount }: Stored): number => {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new Error(`${amount} is not an amount`);
  return number;
};

export const toPayment = (row: PaymentColumns): Payment =>
  restorePayment({
    id: row.id,
    origin: toOrigin(row),
    payerId: row.payerId,
    method: row.method,
    amount: toAmount(row),
    currency: row.currency,
    status: row.status,
    cardLast4: row.cardLast4,
    gatewayReference: row.gatewayReference,
    requestHandle: row.requestHandle,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    settledAt: row.settledAt,
  });

export const toRefund = (row: RefundColumns): Refund =>
  restoreRefund({
    id: row.id,
    paymentId: row.paymentId,
    origin: toOrigin(row),
    payerId: row.payerId,
    method: row.method,
    amount: toAmount(row),
    currency: row.currency,
    reason: row.reason,
    status: row.status,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    paidOutBy: row.paidOutBy,
    settledAt: row.settledAt,
  });

/** The columns of a payment or a refund. */
export const toColumns = <Item extends Readonly<{ origin: Readonly<{ type: string; id: string }> }>>({
  origin,
  ...item
}: Item) => ({ ...item, originType: origin.type, originId: origin.id });
