import type { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertLive, canonicalCode, type Discount } from '../domain/discount.js';
import { discountInactive } from '../domain/errors.js';
import { areUnpaidOrdersLimited, assertMayOrderMore, type OrderLimits } from '../domain/order-limits.js';
import type { Order } from '../domain/order.js';
import { placeOrder, withCardPayment } from '../domain/place-order.js';
import { newMovement, ORDERED } from '../domain/stock.js';
import { assertTaken, priceBasket, toBasket, type BasketLine, type RequestedLine } from './basket.js';
import type { CollectPayment } from './collect-payment.js';
import { orderMail } from './jobs.js';
import { minorIn } from './money-fields.js';
import { isStaff, type Caller } from './caller.js';
import type { CardCharges, ChargeableCard, OrderQueries, StorefrontPorts } from './ports.js';
import { priceChanged } from './quote-money.js';
import { actionContext } from './action-context.js';

/** Payment with a saved card (null: the default card), or later at the desk. */
export type PaymentChoice =
  Readonly<{ method: 'card'; cardId: string | null }> | Readonly<{ method: 'desk' }>;

/**
 * Checkout. By card it takes two transactions: the first takes stock and discount and commits the order with a processing
 * payment; then the card is charged; the second commits the capture, the ledger posting and the response. After a crash
 * between them `reconcilePayments` finishes the payment. Staff order for others with `userId`.
 * 422 `validation`, `no-card`, `card-expired`, `card-payments-off`, `currency-mismatch`; conflict `insufficient-stock`,
 * `product-inactive`, `too-many-unpaid-orders`, `too-many-unpaid-pieces` (members only), `price-changed`, `discount-inactive`, `discount-exhausted`, `discount-minimum`; payment_refused
 * `card-declined`, `payment-failed`: the order exists and can be paid again. forbidden; not_found for the card.
 */
export type PlaceOrder = (
  command: Readonly<{
    caller: Caller;
    userId: string | null;
    lines: readonly RequestedLine[];
    discountCode: string | null;
    payment: PaymentChoice;
    expectedTotal: Money | null;
  }>,
) => Promise<Order>;

type Dependencies = Readonly<{
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  orderQueries: OrderQueries;
  cardCharges: CardCharges;
  collectPayment: CollectPayment;
  orderLimits: OrderLimits;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

type Checkout = Readonly<{
  caller: Caller;
  buyerId: string;
  basket: readonly BasketLine[];
  code: string | null;
  card: ChargeableCard | null;
  expectedTotal: number | null;
}>;

async function lockDiscount(
  discounts: StorefrontPorts['discounts'],
  code: string | null,
  now: Date,
): Promise<Discount | null> {
  if (code === null) return null;
  const discount = await discounts.lockByCode(code);
  if (discount === undefined) throw discountInactive();
  assertLive(discount, now);
  return discount;
}

export const makePlaceOrder = ({
  storefrontUnitOfWork,
  orderQueries,
  cardCharges,
  collectPayment,
  orderLimits,
  practice: { currency },
  clock,
  ids,
}: Dependencies): PlaceOrder => {
  /** The first transaction. Locks: the key's row → buyer → discount → products. */
  async function reserve(ports: StorefrontPorts, checkout: Checkout): Promise<Order> {
    const { idempotencyKey, idempotencyKeys, discounts, stock, orders, outbox } = ports;
    const { caller, buyerId, basket, code, card, expectedTotal } = checkout;
    const action = actionContext(caller.userId, { clock, ids });
    const orderId = ids.next();
    const requestHandle = card === null ? null : await idempotencyKey.reserve(orderId);
    const isLimited = !isStaff(caller) && areUnpaidOrdersLimited(orderLimits);
    const unpaid = isLimited ? await orders.lockUnpaidOf(buyerId) : null;
    const discount = await lockDiscount(discounts, code, action.at);
    const pieces = basket.reduce((sum, { quantity }) => sum + quantity, 0);
    if (unpaid !== null) assertMayOrderMore(unpaid, pieces, orderLimits);
    const usedByUser = discount === null ? 0 : await discounts.usesBy(discount.id, buyerId);
    const moved = await stock.move(
      basket.map(({ productId, quantity }) =>
        newMovement({
          id: ids.next(),
          productId,
          delta: -quantity,
          reason: ORDERED,
          orderId,
          createdAt: action.at,
        }),
      ),
    );
    const prices = priceBasket(basket, moved, { discount, usedByUser, currency });
    assertTaken(basket, moved);
    if (expectedTotal !== null && expectedTotal !== prices.total)
      throw priceChanged({ ...prices, discountCode: discount?.code ?? null }, currency);
    if (discount !== null) await discounts.take(discount.id, buyerId);
    const method = card === null ? 'desk' : 'card';
    const placed = placeOrder({ id: orderId, userId: buyerId, method, prices, discount }, action);
    const isCharged = card !== null && placed.status === 'pending';
    const order = await orders.insert(
      isCharged
        ? withCardPayment(placed, { id: ids.next(), cardLast4: card.last4, requestHandle }, action)
        : placed,
    );
    if (isCharged) return order; // Its mail is sent when it is paid.
    await outbox.append(orderMail(orderId, 'placed'));
    // Nothing is due, so no payment will release the key.
    if (requestHandle !== null) await idempotencyKeys.release(requestHandle);
    return order;
  }

  return async ({ caller, userId, lines, discountCode, payment, expectedTotal }) => {
    if (userId !== null && !isStaff(caller))
      throw new DomainError('forbidden', 'forbidden', 'Only staff may order for somebody else.');
    const buyerId = userId ?? caller.userId;
    const checkout = {
      caller,
      buyerId,
      basket: toBasket(lines),
      code: discountCode === null ? null : canonicalCode(discountCode),
      expectedTotal: expectedTotal === null ? null : minorIn(expectedTotal, currency, '/expectedTotal'),
    };
    if (payment.method === 'desk')
      return storefrontUnitOfWork.run((ports) => reserve(ports, { ...checkout, card: null }));

    const card = await cardCharges.resolveCard(buyerId, payment.cardId);
    const order = await storefrontUnitOfWork.runInNewTransaction((ports) =>
      reserve(ports, { ...checkout, card }),
    );
    const [due] = order.payments;
    if (due !== undefined)
      return collectPayment({
        orderId: order.id,
        paymentId: due.id,
        amount: due.amount,
        token: card.token,
        by: caller.userId,
      });
    // Nothing is due, but the response still has to be committed under the key.
    return storefrontUnitOfWork.run(async () => (await orderQueries.find(order.id)) ?? order);
  };
};
