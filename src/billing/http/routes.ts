import { z } from 'zod';
import { PAYMENT_STATES, REFUND_STATES } from '../../kernel/payments.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import { anyOf, instantIn } from '../../platform/http/requests/schemas.js';
import type { ListPayments } from '../application/list-payments.js';
import type { ListRefunds } from '../application/list-refunds.js';
import type { PayOutRefund } from '../application/pay-out-refund.js';
import type { ViewPayment } from '../application/view-payment.js';
import type { ViewRefund } from '../application/view-refund.js';
import { examplePayment, exampleRefund } from './examples.js';
import {
  byId,
  callerOf,
  originIn,
  paymentReply,
  refundReply,
  toPaymentReply,
  toRefundReply,
} from './schemas.js';

const tag = 'payments';

const range = {
  from: instantIn.optional().meta({ description: 'Created at this instant or later' }),
  to: instantIn.optional().meta({ description: 'Created before this instant' }),
};

export const billingRoutes = [
  defineRoute<{ listPayments: ListPayments }>()({
    method: 'get',
    path: '/v1/payments',
    operationId: 'listPayments',
    tag,
    summary: 'List payments, newest first',
    description: 'Your own; everybody’s for staff.',
    allow: 'member',
    query: z.object({ origin: originIn, status: anyOf(PAYMENT_STATES).optional(), ...range }),
    status: 200,
    items: paymentReply,
    example: { query: { status: 'captured' } },
    handle: async ({ actor, query: { status: statuses, ...filter }, page }, { listPayments }) => {
      const { items, next } = await listPayments({
        caller: callerOf(actor),
        filter: { ...filter, statuses },
        page,
      });
      return { items: items.map(toPaymentReply), next };
    },
  }),
  defineRoute<{ viewPayment: ViewPayment }>()({
    method: 'get',
    path: '/v1/payments/{id}',
    operationId: 'getPayment',
    tag,
    summary: 'One payment',
    allow: 'member',
    params: byId,
    status: 200,
    reply: paymentReply,
    example: { params: { id: examplePayment.id }, reply: examplePayment },
    handle: async ({ actor, params }, { viewPayment }) =>
      toPaymentReply(await viewPayment({ caller: callerOf(actor), paymentId: params.id })),
  }),
  defineRoute<{ listRefunds: ListRefunds }>()({
    method: 'get',
    path: '/v1/refunds',
    operationId: 'listRefunds',
    tag,
    summary: 'List refunds, newest first',
    description: 'Your own; everybody’s for staff.',
    allow: 'member',
    query: z.object({ origin: originIn, status: anyOf(REFUND_STATES).optional(), ...range }),
    status: 200,
    items: refundReply,
    example: { query: { status: 'pending' } },
    handle: async ({ actor, query: { status: statuses, ...filter }, page }, { listRefunds }) => {
      const { items, next } = await listRefunds({
        caller: callerOf(actor),
        filter: { ...filter, statuses },
        page,
      });
      return { items: items.map(toRefundReply), next };
    },
  }),
  defineRoute<{ viewRefund: ViewRefund }>()({
    method: 'get',
    path: '/v1/refunds/{id}',
    operationId: 'getRefund',
    tag,
    summary: 'One refund',
    allow: 'member',
    params: byId,
    status: 200,
    reply: refundReply,
    example: { params: { id: exampleRefund.id }, reply: exampleRefund },
    handle: async ({ actor, params }, { viewRefund }) =>
      toRefundReply(await viewRefund({ caller: callerOf(actor), refundId: params.id })),
  }),
  defineRoute<{ payOutRefund: PayOutRefund }>()({
    method: 'post',
    path: '/v1/refunds/{id}/pay-out',
    operationId: 'payOutRefund',
    tag,
    summary: 'Pay out a refund at the desk',
    description: 'The refund becomes succeeded and is posted to the ledger now, as paid out by you.',
    allow: 'staff',
    idempotency: 'required',
    params: byId,
    status: 200,
    reply: refundReply,
    problems: ['refund-not-pending'],
    example: { params: { id: exampleRefund.id }, reply: { ...exampleRefund, status: 'succeeded' } },
    handle: async ({ actor, params }, { payOutRefund }) =>
      toRefundReply(await payOutRefund({ refundId: params.id, by: actor.userId })),
  }),
];
