import { z } from 'zod';
import type { Practice } from '../../kernel/practice.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import { id } from '../../platform/http/requests/schemas.js';
import type { CancelOrder } from '../application/cancel-order.js';
import type { FulfillOrder } from '../application/fulfill-order.js';
import type { RefundOrder } from '../application/refund-order.js';
import { exampleOrder, exampleRefundRequest } from './examples.js';
import { exampleParams, locationOf, replyTo, tag } from './order-route-parts.js';
import { byId, orderReply, priceIn, reason } from './schemas.js';

/** Cancelling, fulfilling and refunding orders. */
export const orderFulfillmentRoutes = [
  defineRoute<{ cancelOrder: CancelOrder; practice: Practice }>()({
    method: 'post',
    path: '/v1/orders/{id}/cancel',
    operationId: 'cancelOrder',
    tag,
    summary: 'Cancel an order that is not shipped',
    description:
      'Puts the pieces back into stock at once. A card payment is refunded; the refund is pending until the gateway has sent it.',
    allow: 'member',
    params: byId,
    precondition: 'honoured',
    status: 200,
    reply: orderReply,
    problems: ['invalid-transition'],
    example: {
      params: exampleParams,
      reply: { ...exampleOrder, status: 'cancelled', payments: [], paymentStatus: 'unpaid', version: 3 },
    },
    handle: async ({ actor, params, expectedVersion }, { cancelOrder, practice }) =>
      replyTo(await cancelOrder({ caller: actor, orderId: params.id, expectedVersion }), practice),
  }),
  defineRoute<{ shipOrder: FulfillOrder; practice: Practice }>()({
    method: 'post',
    path: '/v1/orders/{id}/ship',
    operationId: 'shipOrder',
    tag,
    summary: 'Mark an order as shipped',
    allow: 'staff',
    params: byId,
    precondition: 'honoured',
    status: 200,
    reply: orderReply,
    problems: ['invalid-transition', 'nothing-to-ship'],
    example: { params: exampleParams, reply: { ...exampleOrder, status: 'shipped', version: 3 } },
    handle: async ({ actor, params, expectedVersion }, { shipOrder, practice }) =>
      replyTo(await shipOrder({ caller: actor, orderId: params.id, expectedVersion }), practice),
  }),
  defineRoute<{ deliverOrder: FulfillOrder; practice: Practice }>()({
    method: 'post',
    path: '/v1/orders/{id}/deliver',
    operationId: 'deliverOrder',
    tag,
    summary: 'Mark an order as delivered or picked up',
    allow: 'staff',
    params: byId,
    precondition: 'honoured',
    status: 200,
    reply: orderReply,
    problems: ['invalid-transition', 'nothing-to-ship'],
    example: { params: exampleParams, reply: { ...exampleOrder, status: 'delivered', version: 3 } },
    handle: async ({ actor, params, expectedVersion }, { deliverOrder, practice }) =>
      replyTo(await deliverOrder({ caller: actor, orderId: params.id, expectedVersion }), practice),
  }),
  defineRoute<{ refundOrder: RefundOrder; practice: Practice }>()({
    method: 'post',
    path: '/v1/orders/{id}/refunds',
    operationId: 'refundOrder',
    tag,
    summary: 'Refund a part of an order',
    description:
      'A card payment is refunded to its card; the refund is pending until the gateway has sent it. A desk payment is refunded at once. `restock` lists the pieces that came back. `amount` may be 0 with `restock`, when pieces come back that cost nothing or whose money was refunded before.',
    allow: 'staff',
    idempotency: 'required',
    params: byId,
    body: z.strictObject({
      amount: priceIn,
      reason,
      restock: z
        .array(z.strictObject({ lineId: id, quantity: z.int().min(1).max(99_900) }))
        .max(100)
        .default([]),
    }),
    status: 201,
    reply: orderReply,
    location: locationOf,
    problems: ['refund-exceeds-captured', 'restock-exceeds-sold', 'currency-mismatch'],
    example: {
      params: exampleParams,
      body: exampleRefundRequest,
      reply: {
        ...exampleOrder,
        refunds: [
          {
            id: '019aa5b2-7c00-7000-8000-000000000107',
            amount: exampleRefundRequest.amount,
            reason: exampleRefundRequest.reason,
            status: 'pending',
            createdAt: exampleOrder.createdAt,
          },
        ],
        version: 3,
      },
    },
    handle: async ({ actor, params, body }, { refundOrder, practice }) =>
      replyTo(await refundOrder({ caller: actor, orderId: params.id, ...body }), practice),
  }),
];
