import { z } from 'zod';
import type { Clock } from '../../kernel/clock.js';
import { id, instantIn, positiveMoneyIn } from '../../platform/http/requests/schemas.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import type { CaptureHold } from '../application/capture-hold.js';
import type { PlaceHold } from '../application/place-hold.js';
import { HOLD_STATUSES } from '../application/ports.js';
import type { VoidHold } from '../application/void-hold.js';
import type { ListHolds } from '../application/list-holds.js';
import type { ViewHold } from '../application/view-hold.js';
import { eur, exampleHold, HOLD, REPAIRS, TRANSACTION, UNALLOCATED } from './examples.js';
import { holdView, toHoldView } from './hold-schemas.js';
import { byId } from './schemas.js';

const tag = 'cash holds';

export const holdRoutes = [
  defineRoute<{ listHolds: ListHolds; clock: Clock }>()({
    method: 'get',
    path: '/v1/cash/holds',
    operationId: 'listHolds',
    tag,
    summary: 'List holds, newest first',
    allow: 'staff',
    query: z.object({ accountId: id.optional(), status: z.enum(HOLD_STATUSES).optional() }),
    status: 200,
    items: holdView,
    example: { query: { status: 'open' }, reply: { items: [exampleHold], nextCursor: null } },
    handle: async ({ query, page }, { listHolds, clock }) => {
      const { items, next } = await listHolds({ filter: query, page });
      const now = clock.now();
      return { items: items.map((hold) => toHoldView(hold, now)), next };
    },
  }),
  defineRoute<{ placeHold: PlaceHold; clock: Clock }>()({
    method: 'post',
    path: '/v1/cash/holds',
    operationId: 'placeHold',
    tag,
    summary: 'Place a hold: reserve money for a payment that is not certain yet',
    description:
      'Held money stays in the balance but is not available. `expiresAt` is at most a year from now; the default is seven days.',
    allow: 'staff',
    idempotency: 'required',
    body: z.strictObject({
      sourceAccountId: id,
      targetAccountId: id,
      amount: positiveMoneyIn,
      expiresAt: instantIn.optional(),
    }),
    status: 201,
    reply: holdView,
    location: ({ id: holdId }) => `/v1/cash/holds/${holdId}`,
    problems: ['insufficient-funds', 'currency-mismatch', 'same-amount', 'account-archived', 'owned-account'],
    example: {
      body: { sourceAccountId: REPAIRS, targetAccountId: UNALLOCATED, amount: eur(20_000) },
      reply: exampleHold,
    },
    handle: async ({ body, actor }, { placeHold, clock }) =>
      toHoldView(await placeHold({ ...body, createdBy: actor.userId }), clock.now()),
  }),
  defineRoute<{ viewHold: ViewHold; clock: Clock }>()({
    method: 'get',
    path: '/v1/cash/holds/{id}',
    operationId: 'getHold',
    tag,
    summary: 'Get a hold',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: holdView,
    example: { params: { id: HOLD }, reply: exampleHold },
    handle: async ({ params }, { viewHold, clock }) =>
      toHoldView(await viewHold({ holdId: params.id }), clock.now()),
  }),
  defineRoute<{ captureHold: CaptureHold; clock: Clock }>()({
    method: 'post',
    path: '/v1/cash/holds/{id}/capture',
    operationId: 'captureHold',
    tag,
    summary: 'Capture a hold: post all or a part of it',
    description: 'Without a body the whole amount is posted. The rest of a partly captured hold is released.',
    allow: 'staff',
    idempotency: 'required',
    params: byId,
    body: z.strictObject({ amount: positiveMoneyIn.optional() }),
    bodyOptional: true,
    status: 200,
    reply: holdView,
    problems: ['hold-not-open', 'currency-mismatch', 'account-archived', 'owned-account'],
    example: {
      params: { id: HOLD },
      body: { amount: eur(15_000) },
      reply: {
        ...exampleHold,
        status: 'captured',
        captured: eur(15_000),
        transactionId: TRANSACTION,
        closedAt: '2026-11-22T09:00:00.000Z',
      },
    },
    handle: async ({ params, body, actor }, { captureHold, clock }) =>
      toHoldView(await captureHold({ id: params.id, ...body, createdBy: actor.userId }), clock.now()),
  }),
  defineRoute<{ voidHold: VoidHold; clock: Clock }>()({
    method: 'post',
    path: '/v1/cash/holds/{id}/void',
    operationId: 'voidHold',
    tag,
    summary: 'Void a hold: release its money',
    allow: 'staff',
    idempotency: 'required',
    params: byId,
    status: 200,
    reply: holdView,
    problems: ['hold-not-open'],
    example: {
      params: { id: HOLD },
      reply: { ...exampleHold, status: 'voided', closedAt: '2026-11-22T09:00:00.000Z' },
    },
    handle: async ({ params }, { voidHold, clock }) =>
      toHoldView(await voidHold({ id: params.id }), clock.now()),
  }),
];
