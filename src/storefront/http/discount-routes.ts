import { z } from 'zod';
import type { Practice } from '../../kernel/practice.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import { instantIn } from '../../platform/http/requests/schemas.js';
import type { AddDiscount } from '../application/add-discount.js';
import type { ChangeDiscount } from '../application/change-discount.js';
import type { ListDiscounts } from '../application/list-discounts.js';
import type { ViewDiscount } from '../application/view-discount.js';
import type { RemoveDiscount } from '../application/remove-discount.js';
import { exampleDiscount } from './examples.js';
import { amountIn, byId, discountCode, discountReply, priceIn, toDiscountReply } from './schemas.js';

const tag = 'discounts';
const exampleParams = { id: exampleDiscount.id };

const basisPoints = z.int().min(1).max(10_000).meta({ description: 'Hundredths of a percent' });
const uses = z.int().min(1).max(1_000_000_000);
const limits = {
  minSubtotal: priceIn.nullable().optional(),
  startsAt: instantIn.nullable().optional(),
  endsAt: instantIn.nullable().optional(),
  maxUses: uses.nullable().optional(),
  maxUsesPerUser: uses.nullable().optional(),
};
const isActive = z.boolean().default(true);

const newDiscount = z.discriminatedUnion('kind', [
  z.strictObject({ code: discountCode, kind: z.literal('percent'), basisPoints, ...limits, isActive }),
  z.strictObject({ code: discountCode, kind: z.literal('fixed'), amount: amountIn, ...limits, isActive }),
]);

const toReduction = (body: z.output<typeof newDiscount>) =>
  body.kind === 'percent'
    ? { kind: body.kind, basisPoints: body.basisPoints }
    : { kind: body.kind, amount: body.amount };

export const discountRoutes = [
  defineRoute<{ listDiscounts: ListDiscounts; practice: Practice }>()({
    method: 'get',
    path: '/v1/discounts',
    operationId: 'listDiscounts',
    tag,
    summary: 'List discounts, newest first',
    allow: 'staff',
    status: 200,
    items: discountReply,
    handle: async ({ page }, { listDiscounts, practice: { currency } }) => {
      const { items, next } = await listDiscounts({ page });
      return { items: items.map((discount) => toDiscountReply(discount, currency)), next };
    },
  }),
  defineRoute<{ addDiscount: AddDiscount; practice: Practice }>()({
    method: 'post',
    path: '/v1/discounts',
    operationId: 'addDiscount',
    tag,
    summary: 'Add a discount',
    description: 'Codes are compared without regard to case.',
    allow: 'staff',
    body: newDiscount,
    status: 201,
    reply: discountReply,
    location: ({ id }) => `/v1/discounts/${id}`,
    problems: ['code-taken', 'currency-mismatch'],
    example: {
      body: {
        code: exampleDiscount.code,
        kind: exampleDiscount.kind,
        basisPoints: exampleDiscount.basisPoints,
        minSubtotal: exampleDiscount.minSubtotal,
        endsAt: exampleDiscount.endsAt,
        maxUses: exampleDiscount.maxUses,
        maxUsesPerUser: exampleDiscount.maxUsesPerUser,
      },
      reply: { ...exampleDiscount, used: 0 },
    },
    handle: async ({ body }, { addDiscount, practice: { currency } }) =>
      toDiscountReply(
        await addDiscount({
          code: body.code,
          reduction: toReduction(body),
          minSubtotal: body.minSubtotal ?? null,
          startsAt: body.startsAt ?? null,
          endsAt: body.endsAt ?? null,
          maxUses: body.maxUses ?? null,
          maxUsesPerUser: body.maxUsesPerUser ?? null,
          isActive: body.isActive,
        }),
        currency,
      ),
  }),
  defineRoute<{ viewDiscount: ViewDiscount; practice: Practice }>()({
    method: 'get',
    path: '/v1/discounts/{id}',
    operationId: 'getDiscount',
    tag,
    summary: 'One discount',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: discountReply,
    example: { params: exampleParams, reply: exampleDiscount },
    handle: async ({ params }, { viewDiscount, practice: { currency } }) =>
      toDiscountReply(await viewDiscount({ discountId: params.id }), currency),
  }),
  defineRoute<{ changeDiscount: ChangeDiscount; practice: Practice }>()({
    method: 'patch',
    path: '/v1/discounts/{id}',
    operationId: 'changeDiscount',
    tag,
    summary: 'Change a discount',
    description: 'The kind cannot change. null removes a limit. Existing orders keep their discount.',
    allow: 'staff',
    params: byId,
    body: z.strictObject({
      code: discountCode.optional(),
      basisPoints: basisPoints.optional(),
      amount: amountIn.optional(),
      ...limits,
      isActive: z.boolean().optional(),
    }),
    status: 200,
    reply: discountReply,
    problems: ['code-taken', 'currency-mismatch'],
    example: {
      params: exampleParams,
      body: { maxUses: 200 },
      reply: { ...exampleDiscount, maxUses: 200, version: 2 },
    },
    handle: async ({ params, body, expectedVersion }, { changeDiscount, practice: { currency } }) =>
      toDiscountReply(
        await changeDiscount({ discountId: params.id, changes: body, expectedVersion }),
        currency,
      ),
  }),
  defineRoute<{ removeDiscount: RemoveDiscount }>()({
    method: 'delete',
    path: '/v1/discounts/{id}',
    operationId: 'removeDiscount',
    tag,
    summary: 'Delete a discount, or deactivate it',
    description:
      'A discount that an order was placed with is deactivated (`isActive: false`), because the order refers to it.',
    allow: 'staff',
    params: byId,
    precondition: 'honoured',
    status: 204,
    example: { params: exampleParams },
    handle: ({ params, expectedVersion }, { removeDiscount }) =>
      removeDiscount({ discountId: params.id, expectedVersion }),
  }),
];
