import { z } from 'zod';
import { money as makeMoney } from '../../kernel/money.js';
import {
  currency,
  id,
  idOut,
  instant,
  money,
  text,
  trimmedText,
} from '../../platform/http/requests/schemas.js';
import {
  DISCOUNT_KINDS,
  EVENT_TYPES,
  MAX_PRICE,
  MAX_STOCK,
  ORDER_STATUSES,
  PAYMENT_METHODS,
  PAYMENT_STATUSES,
  REFUND_STATUSES,
  SINGLE_PAYMENT_STATUSES,
  type Discount,
  type StockedProduct,
  type StockMovement,
} from '../application/domain-types.js';
import type { NamedEvent } from '../application/ports.js';
import type { OrderView } from '../application/order-view.js';

export const byId = z.object({ id });
export const sku = trimmedText({ min: 1, max: 64 });
export const productName = trimmedText({ min: 2, max: 200 });
export const productDescription = text({ max: 5000 }).nullable();
export const reason = trimmedText({ min: 1, max: 200 });
export const discountCode = trimmedText({ min: 2, max: 40 });
export const stockCount = z.int().min(0).max(MAX_STOCK);

const amountOf = (least: number) => z.strictObject({ amount: z.int().min(least).max(MAX_PRICE), currency });
/** Minor units, 0 or more. */
export const priceIn = amountOf(0);
/** Minor units, 1 or more. */
export const amountIn = amountOf(1);
export const expectedTotalIn = z.strictObject({ amount: z.int().min(0), currency });

export const linesIn = z
  .array(z.strictObject({ productId: id, quantity: z.int().min(1).max(999) }))
  .min(1)
  .max(100);

export const paymentIn = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('card'), cardId: id.optional() }),
  z.strictObject({ method: z.literal('desk') }),
]);

export const toPaymentChoice = (payment: z.output<typeof paymentIn>) =>
  payment.method === 'card'
    ? { method: payment.method, cardId: payment.cardId ?? null }
    : { method: payment.method };

const toInstant = (date: Date | null): string | null => date?.toISOString() ?? null;

export const productReply = z
  .object({
    id: idOut,
    sku: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    price: money,
    isActive: z.boolean(),
    inStock: z.boolean(),
    stock: z.int().min(0).optional().meta({ description: 'Pieces; only for staff' }),
    version: z.int().min(1),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Product' });

export const toProductReply = (
  { product, stock }: StockedProduct,
  { practiceCurrency, showsStock }: Readonly<{ practiceCurrency: string; showsStock: boolean }>,
): z.infer<typeof productReply> => ({
  id: product.id,
  sku: product.sku,
  name: product.name,
  description: product.description,
  price: makeMoney(product.price, practiceCurrency),
  isActive: product.isActive,
  inStock: stock > 0,
  ...(showsStock && { stock }),
  version: product.version,
  createdAt: product.createdAt.toISOString(),
  updatedAt: product.updatedAt.toISOString(),
});

export const movementReply = z
  .object({
    id: idOut,
    delta: z.int(),
    reason: z.string(),
    orderId: idOut.optional(),
    createdAt: instant,
  })
  .meta({ id: 'StockMovement' });

export const toMovementReply = (movement: StockMovement): z.infer<typeof movementReply> => ({
  id: movement.id,
  delta: movement.delta,
  reason: movement.reason,
  ...(movement.orderId !== null && { orderId: movement.orderId }),
  createdAt: movement.createdAt.toISOString(),
});

export const discountReply = z
  .object({
    id: idOut,
    code: z.string(),
    kind: z.enum(DISCOUNT_KINDS),
    basisPoints: z.int().optional().meta({ description: 'Hundredths of a percent; only of kind percent' }),
    amount: money.optional().meta({ description: 'Only of kind fixed' }),
    minSubtotal: money.nullable(),
    startsAt: instant.nullable(),
    endsAt: instant.nullable(),
    maxUses: z.int().nullable(),
    maxUsesPerUser: z.int().nullable(),
    isActive: z.boolean(),
    used: z.int().min(0).meta({ description: 'Orders with the discount that are not cancelled' }),
    version: z.int().min(1),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Discount' });

export const toDiscountReply = (
  discount: Discount,
  practiceCurrency: string,
): z.infer<typeof discountReply> => ({
  id: discount.id,
  code: discount.code,
  kind: discount.reduction.kind,
  ...(discount.reduction.kind === 'percent'
    ? { basisPoints: discount.reduction.basisPoints }
    : { amount: makeMoney(discount.reduction.amount, practiceCurrency) }),
  minSubtotal: discount.minSubtotal === 0 ? null : makeMoney(discount.minSubtotal, practiceCurrency),
  startsAt: toInstant(discount.startsAt),
  endsAt: toInstant(discount.endsAt),
  maxUses: discount.maxUses,
  maxUsesPerUser: discount.maxUsesPerUser,
  isActive: discount.isActive,
  used: discount.used,
  version: discount.version,
  createdAt: discount.createdAt.toISOString(),
  updatedAt: discount.updatedAt.toISOString(),
});

const pricedLine = {
  productId: idOut,
  sku: z.string(),
  name: z.string(),
  quantity: z.int().min(1),
  unitPrice: money,
  discount: money,
  total: money.meta({ description: 'After the discount' }),
};

export const quoteReply = z
  .object({
    lines: z.array(z.object(pricedLine)),
    subtotal: money,
    discount: money,
    total: money,
    discountCode: z.string().nullable(),
  })
  .meta({ id: 'Quote' });

export const orderReply = z
  .object({
    id: idOut,
    number: z.int().min(1),
    userId: idOut,
    status: z.enum(ORDER_STATUSES),
    paymentStatus: z.enum(PAYMENT_STATUSES),
    lines: z.array(z.object({ id: idOut, ...pricedLine })),
    subtotal: money,
    discount: money,
    total: money,
    discountCode: z.string().nullable(),
    expiresAt: instant
      .nullable()
      .meta({ description: 'When a pending order expires unless it is paid; null in every other status' }),
    payments: z.array(
      z.object({
        id: idOut,
        method: z.enum(PAYMENT_METHODS),
        amount: money,
        status: z.enum(SINGLE_PAYMENT_STATUSES),
        cardLast4: z.string().optional(),
        createdAt: instant,
      }),
    ),
    refunds: z.array(
      z.object({
        id: idOut,
        amount: money,
        reason: z.string(),
        status: z.enum(REFUND_STATUSES),
        createdAt: instant,
      }),
    ),
    version: z.int().min(1),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Order' });

export function toOrderReply(order: OrderView, practiceCurrency: string): z.infer<typeof orderReply> {
  const of = (amount: number) => makeMoney(amount, practiceCurrency);
  return {
    id: order.id,
    number: order.number,
    userId: order.userId,
    status: order.status,
    paymentStatus: order.paymentStatus,
    lines: order.lines.map((line) => ({
      id: line.id,
      productId: line.productId,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unitPrice: of(line.unitPrice),
      discount: of(line.discount),
      total: of(line.total),
    })),
    subtotal: of(order.subtotal),
    discount: of(order.discount),
    total: of(order.total),
    discountCode: order.discountCode,
    expiresAt: toInstant(order.expiresAt),
    payments: order.payments.map((payment) => ({
      id: payment.id,
      method: payment.method,
      amount: of(payment.amount),
      status: payment.status,
      ...(payment.cardLast4 !== null && { cardLast4: payment.cardLast4 }),
      createdAt: payment.createdAt.toISOString(),
    })),
    refunds: order.refunds.map((refund) => ({
      id: refund.id,
      amount: of(refund.amount),
      reason: refund.reason,
      status: refund.status,
      createdAt: refund.createdAt.toISOString(),
    })),
    version: order.version,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

export const eventReply = z
  .object({
    id: idOut,
    at: instant,
    by: z
      .object({ id: idOut, name: z.string() })
      .nullable()
      .meta({ description: 'null: done by the system' }),
    type: z.enum(EVENT_TYPES),
    from: z.enum(ORDER_STATUSES).optional(),
    to: z.enum(ORDER_STATUSES).optional(),
    amount: money.optional(),
  })
  .meta({ id: 'OrderEvent' });

export const toEventReply = (event: NamedEvent, practiceCurrency: string): z.infer<typeof eventReply> => ({
  id: event.id,
  at: event.at.toISOString(),
  by: event.by,
  type: event.type,
  ...(event.from !== null && { from: event.from }),
  ...(event.to !== null && { to: event.to }),
  ...(event.amount !== null && { amount: makeMoney(event.amount, practiceCurrency) }),
});
