import type { Clock } from '../../kernel/clock.js';
import { DomainError, invalidField } from '../../kernel/errors.js';
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
import type { Buyers, CardCharges, ChargeableCard, OrderQueries, StorefrontPorts } from './ports.js';
import { priceChanged } from './quote-money.js';
import { actionContext } from './action-context.js';

/** Payment with a saved card (null: the default card), or later at the desk. */
export type PaymentChoice =
  Readonly<{ method: 'card'; cardId: string | null }> | Readonly<{ method: 'desk' }>;

/**
 * Checkout. By card it takes two transactions: the first takes stock and discount and commits the order with a processing
 * payment; then the card is charged; the second commits the capture, the ledger posting and the response. After a crash
 * between them `reconcilePayments` finishes the payment. Staff order for other active users with `userId`. An order that
 * costs nothing needs no card.
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
  buyers: Buyers;
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
  /** The card to charge, or why there is none: thrown when something is due. null: payment at the desk. */
  card: ChargeableCard | DomainError | null;
  expectedTotal: number | null;
}>;

/** The buyer's card, or the reason why it cannot be charged. not_found for a card of somebody else. */
async function cardOrReason(
  cardCharges: CardCharges,
  buyerId: string,
  cardId: string | null,
): Promise<ChargeableCard | DomainError> {
  try {
    return await cardCharges.resolveCard(buyerId, cardId);
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'invalid') return error;
    throw error;
  }
}

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
  buyers,
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
    if (card instanceof DomainError && prices.total > 0) throw card;
    if (discount !== null) await discounts.take(discount.id, buyerId);
    const method = card === null ? 'desk' : 'card';
    const placed = placeOrder({ id: orderId, userId: buyerId, method, prices, discount }, action);
    const charged = placed.status === 'pending' && !(card instanceof DomainError) ? card : null;
    const order = await orders.insert(
      charged !== null
        ? withCardPayment(placed, { id: ids.next(), cardLast4: charged.last4, requestHandle }, action)
        : placed,
    );
    if (charged !== null) return order; // Its mail is sent when it is paid.
    await outbox.append(orderMail(orderId, 'placed'));
    // Nothing is due, so no payment will release the key.
    if (requestHandle !== null) await idempotencyKeys.release(requestHandle);
    return order;
  }

  return async ({ caller, userId, lines, discountCode, payment, expectedTotal }) => {
    if (userId !== null && !isStaff(caller))
      throw new DomainError('forbidden', 'forbidden', 'Only staff may order for somebody else.');
    if (userId !== null && !(await buyers.isActive(userId)))
      throw invalidField('/userId', 'There is no active user with this id.');
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

    const card = await cardOrReason(cardCharges, buyerId, payment.cardId);
    const order = await storefrontUnitOfWork.runInNewTransaction((ports) =>
      reserve(ports, { ...checkout, card }),
    );
    const [due] = order.payments;
    if (due !== undefined && !(card instanceof DomainError))
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
