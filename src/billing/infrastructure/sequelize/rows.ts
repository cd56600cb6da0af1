import type { Payment, Refund } from '../../../kernel/payments.js';
import { toNumber } from '../../../platform/database/big-integer.js';
import { restorePayment } from '../../domain/payment.js';
import { restoreRefund } from '../../domain/refund.js';
import type { PaymentColumns } from './models/payment.js';
import type { RefundColumns } from './models/refund.js';

type Stored = Readonly<{ originType: string; originId: string }>;

const toOrigin = ({ originType: type, originId: id }: Stored) => ({ type, id });

export const toPayment = (row: PaymentColumns): Payment =>
  restorePayment({
    id: row.id,
    origin: toOrigin(row),
    payerId: row.payerId,
    method: row.method,
    amount: toNumber(row.amount),
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
    amount: toNumber(row.amount),
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
