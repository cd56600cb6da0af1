import { isProcessing, refundableOf } from '../../src/kernel/payments.js';
import { isActiveAdmin, isDisabled, type User } from '../../src/identity/domain/user.js';
import type { Session } from '../../src/identity/domain/session.js';
import { busyRange, isLive, realRange, restoreAppointment } from '../../src/clinic/domain/appointment.js';
import { overlaps } from '../../src/clinic/domain/interval.js';
import type { Order } from '../../src/storefront/domain/order.js';
import type { Discount } from '../../src/storefront/domain/discount.js';
import type { StockMovement } from '../../src/storefront/domain/stock.js';
import type { InMemoryApplication } from './application.js';

type ProductRow = Readonly<{ id: string; stock: number }>;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function groupBy<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

/** Every two rows. */
function* pairs<Row>(rows: readonly Row[]): Iterable<readonly [Row, Row]> {
  for (const [index, row] of rows.entries()) for (const other of rows.slice(index + 1)) yield [row, other];
}

function* ofShop({ store }: InMemoryApplication): Iterable<string> {
  const shop = store.part('shop');
  const movements = shop.table<StockMovement>('stock_movements').all();
  for (const { id, stock } of shop.table<ProductRow>('products').all()) {
    const moved = sum(movements.filter(({ productId }) => productId === id).map(({ delta }) => delta));
    if (stock !== moved) yield `product ${id} has ${stock} pieces, its movements say ${moved}`;
    if (stock < 0) yield `product ${id} has ${stock} pieces`;
  }
  const orders = shop.table<Order>('orders').all();
  for (const { id, code, used, maxUses } of shop.table<Discount>('discounts').all()) {
    const uses = orders.filter(
      ({ discountId, status }) => discountId === id && status !== 'cancelled',
    ).length;
    if (used !== uses) yield `${code} says it was used ${used} times, ${uses} orders have it`;
    if (maxUses !== null && used > maxUses) yield `${code} was used ${used} times, ${maxUses} were allowed`;
  }
  for (const { id, status, total, lines, payments, refunds } of orders) {
    const captured = sum(
      payments.filter((payment) => payment.status === 'captured').map(({ amount }) => amount),
    );
    const refunded = sum(refunds.filter((refund) => refund.status !== 'failed').map(({ amount }) => amount));
    if (['processing', 'shipped', 'delivered'].includes(status) && captured < total)
      yield `order ${id} is ${status}, and ${captured} of ${total} are captured`;
    const left = -sum(movements.filter(({ orderId }) => orderId === id).map(({ delta }) => delta));
    const returned = sum(refunds.flatMap(({ restock }) => restock.map(({ quantity }) => quantity)));
    const sold = status === 'cancelled' ? 0 : sum(lines.map(({ quantity }) => quantity)) - returned;
    if (left !== sold) yield `${left} pieces left the shelf for order ${id}, which has sold ${sold}`;
    if (refunded > captured) yield `order ${id} gives back ${refunded} of ${captured}`;
    if (payments.filter((payment) => payment.status === 'processing').length > 1)
      yield `order ${id} is being paid twice at once`;
  }
}

/** The books contain every captured payment and settled refund exactly once with its amount, and nothing else. */
function* ofBooks({ store, clinic, cash: { tables } }: InMemoryApplication): Iterable<string> {
  const expected = new Map<string, number>();
  for (const { id, payments, refunds } of store.part('shop').table<Order>('orders').all()) {
    for (const { id: paymentId, status, amount } of payments)
      if (status === 'captured' && amount > 0) expected.set(`order:${id}:payment:${paymentId}`, amount);
    for (const { id: refundId, status, amount } of refunds)
      if (status === 'succeeded' && amount > 0) expected.set(`order:${id}:refund:${refundId}`, amount);
  }
  for (const { id, origin, status, amount } of clinic.bills.payments.all())
    if (status === 'captured') expected.set(`${origin.type}:${origin.id}:payment:${id}`, amount);
  for (const { id, origin, status, amount } of clinic.bills.refunds.all())
    if (status === 'succeeded') expected.set(`${origin.type}:${origin.id}:refund:${id}`, amount);
  for (const { id, origin, amount } of tables.transactions.all()) {
    if (origin === null) continue;
    const event = `${origin.type}:${origin.id}:${origin.event}`;
    if (expected.get(event) !== amount)
      yield `transaction ${id} books ${amount} for ${event}: ${String(expected.get(event))}`;
    expected.delete(event);
  }
  for (const [event, amount] of expected) yield `${event} of ${amount} is not in the books`;
}

function* ofLedger({ cash: { tables } }: InMemoryApplication): Iterable<string> {
  const postings = tables.postings.all();
  const deltas = groupBy(postings, ({ transactionId }) => transactionId);
  for (const [id, of] of deltas)
    if (sum(of.map(({ delta }) => delta)) !== 0) yield `transaction ${id} does not sum to zero`;
  const open = tables.holds.all().filter(({ status }) => status === 'open');
  for (const { id, held, floor } of tables.amounts.all()) {
    const reserved = sum(open.filter(({ source }) => source.amountId === id).map(({ amount }) => amount));
    const balance = sum(postings.filter(({ amountId }) => amountId === id).map(({ delta }) => delta));
    if (held !== reserved) yield `amount ${id} holds ${held}, its holds say ${reserved}`;
    if (floor !== null && balance - held < floor)
      yield `amount ${id} is at ${balance} less ${held}, under ${floor}`;
  }
}

function* ofClinic({ clinic: { rows, bills } }: InMemoryApplication): Iterable<string> {
  const live = rows.appointments
    .all()
    .map(restoreAppointment)
    .filter((row) => isLive(row) && row.deletedAt === null);
  for (const [a, b] of pairs(live)) {
    if (a.doctorId === b.doctorId && overlaps(busyRange(a), busyRange(b)))
      yield `${a.id} and ${b.id} share a doctor's time`;
    if (a.patientId === b.patientId && overlaps(realRange(a), realRange(b)))
      yield `${a.id} and ${b.id} share a patient's time`;
  }
  const payments = groupBy(bills.payments.all(), ({ origin }) => origin.id);
  const refunds = groupBy(bills.refunds.all(), ({ origin }) => origin.id);
  for (const { id, price } of rows.appointments.all()) {
    const history = { payments: payments.get(id) ?? [], refunds: refunds.get(id) ?? [] };
    if (refundableOf(history) > (price?.amount ?? 0)) yield `appointment ${id} is paid twice`;
    if (history.payments.filter(isProcessing).length > 1) yield `appointment ${id} is charged twice at once`;
  }
}

function* ofIdentity({ store }: InMemoryApplication): Iterable<string> {
  const identity = store.part('identity');
  const users = identity.table<User>('users').all();
  if (!users.some((user) => isActiveAdmin(user) && user.erasedAt === null)) yield 'nobody is admin any more';
  const away = new Set(
    users.filter((user) => isDisabled(user) || user.erasedAt !== null).map(({ id }) => id),
  );
  for (const { id, userId, endedAt } of identity.table<Session>('sessions').all())
    if (endedAt === null && away.has(userId)) yield `session ${id} outlives its user`;
  type Card = Readonly<{ userId: string; isDefault: boolean }>;
  const cards = groupBy(identity.table<Card & { id: string }>('cards').all(), ({ userId }) => userId);
  for (const [userId, own] of cards)
    if (own.filter(({ isDefault }) => isDefault).length > 1) yield `${userId} has two default cards`;
}

/** Hold after every commit. A new context adds its own. */
const INVARIANTS = [ofShop, ofBooks, ofLedger, ofClinic, ofIdentity];

export const brokenInvariants = (application: InMemoryApplication): string[] =>
  INVARIANTS.flatMap((invariant) => [...invariant(application)]);

/** Holds after `settle`: no payment is in doubt, and the gateway and the books agree. */
export function* unsettled({ store, clinic, paymentGateway }: InMemoryApplication): Iterable<string> {
  const captured = new Map<string, number>();
  for (const { id, payments, refunds } of store.part('shop').table<Order>('orders').all()) {
    for (const payment of payments) {
      if (payment.status === 'processing') yield `order ${id}: payment ${payment.id} is still in doubt`;
      if (payment.status === 'captured' && payment.method === 'card')
        captured.set(payment.id, payment.amount);
    }
    for (const refund of refunds)
      if (refund.status === 'pending') yield `order ${id}: refund ${refund.id} is still pending`;
  }
  for (const { id, status, method, amount } of clinic.bills.payments.all()) {
    if (status === 'processing') yield `payment ${id} of an appointment is still in doubt`;
    if (status === 'captured' && method === 'card') captured.set(id, amount);
  }
  for (const { id, status, method } of clinic.bills.refunds.all())
    if (status === 'pending' && method === 'card') yield `refund ${id} of an appointment is still pending`;
  for (const { key, outcome, amount } of paymentGateway.charges.values()) {
    if (outcome === 'captured' && captured.get(key) !== amount)
      yield `the gateway took ${amount} for ${key}, which nobody knows of`;
    captured.delete(key);
  }
  for (const key of captured.keys()) yield `${key} counts as captured, and the gateway does not know it`;
}
