import { z } from 'zod';
import { money as makeMoney } from '../../kernel/money.js';
import {
  PAYMENT_METHODS,
  PAYMENT_STATES,
  REFUND_STATES,
  type Payment,
  type Refund,
} from '../../kernel/payments.js';
import type { Principal } from '../../platform/http/routing/route.js';
import { id, idOut, instant, money } from '../../platform/http/requests/schemas.js';
import type { Caller } from '../application/caller.js';

export const byId = z.object({ id });

export const callerOf = ({ userId, role }: Principal): Caller => ({ userId, isStaff: role !== 'member' });

export const ORIGIN_TYPES = ['order', 'appointment'] as const;

/** `order:<id>`: all payments of one object. */
export const originIn = z
  .string()
  .regex(new RegExp(`^(${ORIGIN_TYPES.join('|')}):[0-9a-fA-F-]{36}$`), {
    error: `must be ${ORIGIN_TYPES.map((type) => `${type}:<id>`).join(' or ')}`,
  })
  .transform((value) => ({
    type: value.slice(0, value.indexOf(':')),
    id: value.slice(value.indexOf(':') + 1),
  }))
  .pipe(z.object({ type: z.string(), id }))
  .optional()
  .meta({
    openapi: {
      type: 'string',
      pattern: `^(${ORIGIN_TYPES.join('|')}):[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`,
      description: '`<type>:<id>` of what is paid for',
    },
  });

const originOut = z
  .object({ type: z.enum(ORIGIN_TYPES), id: idOut })
  .meta({ id: 'PaymentOrigin', description: 'What is paid for' });

const toOriginReply = ({ type, id: originId }: Payment['origin']): z.infer<typeof originOut> => ({
  type: type === 'order' ? 'order' : 'appointment',
  id: originId,
});

export const paymentReply = z
  .object({
    id: idOut,
    origin: originOut,
    method: z.enum(PAYMENT_METHODS),
    amount: money,
    status: z.enum(PAYMENT_STATES),
    cardLast4: z.string().optional().meta({ description: 'Only of a card' }),
    createdAt: instant,
  })
  .meta({ id: 'ReceivedPayment' });

export const toPaymentReply = (payment: Payment): z.infer<typeof paymentReply> => ({
  id: payment.id,
  origin: toOriginReply(payment.origin),
  method: payment.method,
  amount: makeMoney(payment.amount, payment.currency),
  status: payment.status,
  ...(payment.cardLast4 !== null && { cardLast4: payment.cardLast4 }),
  createdAt: payment.createdAt.toISOString(),
});

export const refundReply = z
  .object({
    id: idOut,
    paymentId: idOut,
    origin: originOut,
    method: z.enum(PAYMENT_METHODS).meta({ description: 'desk: staff pay the money out' }),
    amount: money,
    reason: z.string(),
    status: z.enum(REFUND_STATES),
    createdAt: instant,
  })
  .meta({ id: 'IssuedRefund' });

export const toRefundReply = (refund: Refund): z.infer<typeof refundReply> => ({
  id: refund.id,
  paymentId: refund.paymentId,
  origin: toOriginReply(refund.origin),
  method: refund.method,
  amount: makeMoney(refund.amount, refund.currency),
  reason: refund.reason,
  status: refund.status,
  createdAt: refund.createdAt.toISOString(),
});
