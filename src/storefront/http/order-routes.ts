import { z } from 'zod';
import { MINUTE, SECOND } from '../../kernel/clock.js';
import type { Practice } from '../../kernel/practice.js';
import { defineRoute, repliedWith, type RouteLimit } from '../../platform/http/routing/route.js';
import { replyOf } from '../../platform/http/replies/reply-of.js';
import { anyOf, id, instantIn } from '../../platform/http/requests/schemas.js';
import type { PayOrder } from '../application/pay-order.js';
import type { PlaceOrder } from '../application/place-order.js';
import { ORDER_STATUSES, type Order } from '../application/domain-types.js';
import { quoteInMoney } from '../application/quote-money.js';
import type { QuoteOrder } from '../application/quote-order.js';
import type { ListOrderEvents } from '../application/list-order-events.js';
import type { ListOrders } from '../application/list-orders.js';
import type { ViewOrder } from '../application/view-order.js';
import type { ResumePayment } from '../application/resume-payment.js';
import { exampleOrder, exampleOrderRequest, exampleQuote } from './examples.js';
import { exampleParams, locationOf, replyTo, tag } from './order-route-parts.js';
import {
  byId,
  discountCode,
  eventReply,
  expectedTotalIn,
  linesIn,
  orderReply,
  paymentIn,
  quoteReply,
  toEventReply,
  toOrderReply,
  toPaymentChoice,
} from './schemas.js';

/** 201 for an order that is paid or can be paid later; 202 while the outcome of its payment is unknown. */
function paymentReplyTo(order: Order, practice: Practice) {
  const reply = replyTo(order, practice);
  return reply.paymentStatus === 'inDoubt' ? repliedWith(202, reply) : reply;
}

/** Limits guesses of discount codes. Requests without a code or with a valid one do not count. */
const codeGuesses = (by: RouteLimit['by'], points: number): RouteLimit => ({
  policy: { name: `discount-codes-${by}`, points, windowSeconds: (10 * MINUTE) / SECOND },
  by,
  guesses: { field: 'discountCode', code: 'discount-inactive' },
});

const basketProblems = ['product-inactive', 'discount-inactive', 'discount-exhausted', 'discount-minimum'];
const paymentProblems = [
  'no-card',
  'card-expired',
  'card-payments-off',
  'card-declined',
  'payment-failed',
  'pan-forbidden',
];

export const orderRoutes = [
  defineRoute<{ quoteOrder: QuoteOrder; practice: Practice }>()({
    method: 'post',
    path: '/v1/quotes',
    operationId: 'quoteOrder',
    tag,
    summary: 'Quote an order',
    description:
      'Computes the price as checkout does. Reserves nothing and checks neither stock nor limits per buyer.',
    allow: 'anyone',
    body: z.strictObject({ lines: linesIn, discountCode: discountCode.optional() }),
    status: 200,
    reply: quoteReply,
    problems: basketProblems,
    limits: [codeGuesses('network', 10), codeGuesses('site', 30)],
    example: {
      body: { lines: exampleOrderRequest.lines, discountCode: exampleOrderRequest.discountCode },
      reply: exampleQuote,
    },
    handle: async ({ body }, { quoteOrder, practice: { currency } }) => {
      const quote = quoteInMoney(
        await quoteOrder({ lines: body.lines, discountCode: body.discountCode ?? null }),
        currency,
      );
      return { ...quote, lines: [...quote.lines] };
    },
  }),
  defineRoute<{ placeOrder: PlaceOrder; resumePayment: ResumePayment; practice: Practice }>()({
    method: 'post',
    path: '/v1/orders',
    operationId: 'placeOrder',
    tag,
    summary: 'Place an order and pay it',
    description:
      'Lines with the same product are summed. Without `cardId` the default card is charged. A declined card leaves the order pending; the problem names it as `orderId`. 202 means that the gateway has not answered: the order exists, and its payment is settled later. Staff order for another active user with `userId`. An order that costs nothing needs no card.',
    allow: 'member',
    idempotency: 'required',
    body: z.strictObject({
      lines: linesIn,
      discountCode: discountCode.optional(),
      payment: paymentIn,
      expectedTotal: expectedTotalIn.optional(),
      userId: id.optional(),
    }),
    rejectCardNumbers: true,
    limits: [codeGuesses('user', 10)],
    status: 201,
    alsoStatus: [202],
    reply: orderReply,
    location: locationOf,
    problems: [
      ...basketProblems,
      ...paymentProblems,
      'insufficient-stock',
      'too-many-unpaid-orders',
      'too-many-unpaid-pieces',
      'price-changed',
      'currency-mismatch',
      'forbidden',
      'not-found',
    ],
    example: { body: exampleOrderRequest, reply: exampleOrder },
    handle: async ({ actor, body }, { placeOrder, practice }) =>
      paymentReplyTo(
        await placeOrder({
          caller: actor,
          userId: body.userId ?? null,
          lines: body.lines,
          discountCode: body.discountCode ?? null,
          payment: toPaymentChoice(body.payment),
          expectedTotal: body.expectedTotal ?? null,
        }),
        practice,
      ),
    resume: async (_request, { resumePayment, practice }, reference) =>
      paymentReplyTo(await resumePayment({ reference }), practice),
  }),
  defineRoute<{ listOrders: ListOrders; practice: Practice }>()({
    method: 'get',
    path: '/v1/orders',
    operationId: 'listOrders',
    tag,
    summary: 'List orders with their lines',
    description: 'Your own; everybody’s for staff, who may ask for one `userId`.',
    allow: 'member',
    query: z.object({
      userId: id.optional().meta({ description: 'For staff' }),
      status: anyOf(ORDER_STATUSES).optional(),
      from: instantIn.optional().meta({ description: 'Ordered at this instant or later' }),
      to: instantIn.optional().meta({ description: 'Ordered before this instant' }),
      discountCode: discountCode.optional(),
      sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
    }),
    status: 200,
    items: orderReply,
    problems: ['forbidden'],
    example: { query: { status: 'pending,processing' } },
    handle: async ({ actor, query, page }, { listOrders, practice: { currency } }) => {
      const { userId, status: statuses, from, to, discountCode: code, sort } = query;
      const { items, next } = await listOrders({
        caller: actor,
        filter: { userId, statuses, from, to, discountCode: code },
        newestFirst: sort === '-createdAt',
        page,
      });
      return {
        items: items.map((order) => replyOf(order, (view) => toOrderReply(view, currency))),
        next,
      };
    },
  }),
  defineRoute<{ viewOrder: ViewOrder; practice: Practice }>()({
    method: 'get',
    path: '/v1/orders/{id}',
    operationId: 'getOrder',
    tag,
    summary: 'One order',
    allow: 'member',
    params: byId,
    status: 200,
    reply: orderReply,
    example: { params: exampleParams, reply: exampleOrder },
    handle: async ({ actor, params }, { viewOrder, practice }) =>
      replyTo(await viewOrder({ caller: actor, orderId: params.id }), practice),
  }),
  defineRoute<{ listOrderEvents: ListOrderEvents; practice: Practice }>()({
    method: 'get',
    path: '/v1/orders/{id}/events',
    operationId: 'listOrderEvents',
    tag,
    summary: 'List the events of an order, oldest first',
    allow: 'member',
    params: byId,
    status: 200,
    items: eventReply,
    example: { params: exampleParams },
    handle: async ({ actor, params, page }, { listOrderEvents, practice: { currency } }) => {
      const { items, next } = await listOrderEvents({ caller: actor, orderId: params.id, page });
      return { items: items.map((event) => toEventReply(event, currency)), next };
    },
  }),
  defineRoute<{ payOrder: PayOrder; resumePayment: ResumePayment; practice: Practice }>()({
    method: 'post',
    path: '/v1/orders/{id}/payments',
    operationId: 'payOrder',
    tag,
    summary: 'Pay an unpaid order',
    description: 'By card as when ordering; only staff take money at the desk.',
    allow: 'member',
    idempotency: 'required',
    params: byId,
    body: paymentIn,
    rejectCardNumbers: true,
    status: 201,
    alsoStatus: [202],
    reply: orderReply,
    location: locationOf,
    problems: [...paymentProblems, 'invalid-transition', 'payment-in-doubt', 'forbidden'],
    example: { params: exampleParams, body: { method: 'card' }, reply: exampleOrder },
    handle: async ({ actor, params, body }, { payOrder, practice }) =>
      paymentReplyTo(
        await payOrder({ caller: actor, orderId: params.id, payment: toPaymentChoice(body) }),
        practice,
      ),
    resume: async (_request, { resumePayment, practice }, reference) =>
      paymentReplyTo(await resumePayment({ reference }), practice),
  }),
];
