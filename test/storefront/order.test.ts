import { expect } from 'chai';
import fc from 'fast-check';
import { DomainError } from '../../src/kernel/errors.js';
import { DAY, MINUTE, plus } from '../../src/kernel/clock.js';
import { restoreOrder, type Order, type OrderDraft } from '../../src/storefront/domain/order.js';
import {
  capturedOf,
  capturePayment,
  failPayment,
  payAtDesk,
  paymentStatusOf,
  startCardPayment,
} from '../../src/storefront/domain/order-payments.js';
import {
  cancelOrder,
  deliverOrder,
  isExpired,
  shipOrder,
} from '../../src/storefront/domain/order-progress.js';
import {
  outstandingOf,
  piecesOf,
  refundableOf,
  refundOrder,
  settleRefund,
} from '../../src/storefront/domain/order-refunds.js';
import { areUnpaidOrdersLimited } from '../../src/storefront/domain/order-limits.js';
import { anOrder, aProduct, anAction, T0 } from '../support/builders/storefront.js';
import { thrown } from '../support/thrown.js';

const USER = '01930000-0000-7000-8000-00000000000a';
const action = anAction();
const nextId = action.nextId;
const written = (draft: OrderDraft): Order => restoreOrder({ ...draft, number: 1, pendingEvents: [] });
const pending = (): Order =>
  written(anOrder({ userId: USER, products: [aProduct(), aProduct({ price: 1000 })] }));
const inDoubt = (): Order => written(anOrder({ userId: USER, products: [aProduct()], paysByCard: true }));
const paid = (): Order => {
  const order = inDoubt();
  return capturePayment(order, order.payments[0]!.id, action);
};

describe('an order', () => {
  it('expires after 15 minutes by card and seven days by desk, and never when it costs nothing', () => {
    const products = [aProduct()];
    expect(anOrder({ userId: USER, products }).expiresAt).to.deep.equal(plus(T0, 15 * MINUTE));
    expect(anOrder({ userId: USER, products, method: 'desk' }).expiresAt).to.deep.equal(plus(T0, 7 * DAY));
    const free = written(anOrder({ userId: USER, products: [aProduct({ price: 0 })] }));
    expect(free).to.include({ status: 'processing', expiresAt: null });
    expect(paymentStatusOf(free)).to.equal('paid');
  });

  it('allows the transitions of the table and no others', () => {
    const at: Record<string, () => Order> = {
      pending,
      processing: paid,
      shipped: () => shipOrder(paid(), action),
      delivered: () => deliverOrder(paid(), action),
      cancelled: () => cancelOrder(pending(), 'cancelled', action),
    };
    const moves: Record<string, (order: Order) => Order> = {
      processing: (order) => payAtDesk(order, nextId(), action),
      shipped: (order) => shipOrder(order, action),
      delivered: (order) => deliverOrder(order, action),
      cancelled: (order) => cancelOrder(order, 'cancelled', action),
    };
    const allowed: Record<string, string[]> = {
      pending: ['processing', 'cancelled'],
      processing: ['shipped', 'delivered', 'cancelled'],
      shipped: ['delivered'],
      delivered: [],
      cancelled: [],
    };
    for (const [from, make] of Object.entries(at))
      for (const [to, move] of Object.entries(moves)) {
        const order = make();
        expect(order.status).to.equal(from);
        if (allowed[from]!.includes(to)) expect(move(order).status).to.equal(to);
        else {
          const error = thrown(() => move(order));
          expect(error.code).to.equal('invalid-transition');
          expect(error.details).to.deep.equal({ from, to, allowed: allowed[from] });
        }
      }
  });

  it('is neither cancelled, paid again nor expired while a payment is in doubt', () => {
    const order = inDoubt();
    expect(paymentStatusOf(order)).to.equal('inDoubt');
    const refusal = thrown(() => cancelOrder(order, 'cancelled', action));
    expect(refusal.details).to.deep.equal({ from: 'pending', to: 'cancelled', allowed: ['processing'] });
    expect(thrown(() => payAtDesk(order, nextId(), action)).code).to.equal('payment-in-doubt');
    const card = { id: nextId(), cardLast4: '4242', requestHandle: null };
    expect(thrown(() => startCardPayment(order, card, action)).code).to.equal('payment-in-doubt');
    expect(isExpired(order, plus(T0, DAY))).to.equal(false);
    expect(isExpired(pending(), plus(T0, 15 * MINUTE))).to.equal(true);
  });

  it('is payable after a declined card, and expires later after a failed payment', () => {
    const order = inDoubt();
    const late = anAction({ at: plus(T0, 20 * MINUTE) });
    const [payment] = order.payments;
    expect(failPayment(order, payment!.id, 'declined', late).expiresAt).to.deep.equal(order.expiresAt);
    const failed = failPayment(order, payment!.id, 'failed', late);
    expect(failed.expiresAt).to.deep.equal(plus(late.at, 15 * MINUTE));
    expect(payAtDesk(failed, nextId(), late).status).to.equal('processing');
  });

  it('captures a payment once, and ignores an outcome of a settled payment', () => {
    const order = paid();
    const { id } = order.payments[0]!;
    expect(capturePayment(order, id, action)).to.equal(order);
    expect(failPayment(order, id, 'failed', action)).to.equal(order);
  });

  it('refunds a payment that failed first and is captured after the order was paid or cancelled', () => {
    const order = inDoubt();
    const { id } = order.payments[0]!;
    const failed = failPayment(order, id, 'failed', action);
    expect(capturePayment(failed, id, action)).to.include({ status: 'processing' });
    for (const over of [cancelOrder(failed, 'expired', action), payAtDesk(failed, nextId(), action)]) {
      const captured = capturePayment(over, id, action);
      expect(captured.status).to.equal(over.status);
      expect(captured.refunds.at(-1)).to.include({ paymentId: id, amount: order.total, status: 'pending' });
      expect(refundableOf(captured)).to.equal(refundableOf(over));
    }
  });

  it('refunds all payments when it is cancelled: by card later, at the desk at once', () => {
    const byCard = cancelOrder(paid(), 'cancelled', action);
    expect(byCard.refunds).to.have.length(1);
    expect(byCard.refunds[0]).to.include({ amount: byCard.total, status: 'pending' });
    expect(paymentStatusOf(byCard)).to.equal('paid');
    expect(paymentStatusOf(settleRefund(byCard, byCard.refunds[0]!.id, 'succeeded', action))).to.equal(
      'refunded',
    );
    const atDesk = cancelOrder(payAtDesk(pending(), nextId(), action), 'cancelled', action);
    expect(atDesk.refunds[0]).to.include({ status: 'succeeded' });
    expect(paymentStatusOf(atDesk)).to.equal('refunded');
  });

  it('restocks at most the pieces sold', () => {
    const order = paid();
    const [line] = order.lines;
    const back = (quantity: number, from = order): Order =>
      refundOrder(
        from,
        { amount: 1, reason: 'broken', restock: [{ lineId: line!.id, quantity }], currency: 'EUR' },
        action,
      );
    const one = back(1);
    expect(outstandingOf(one)).to.deep.equal([{ lineId: line!.id, quantity: 1 }]);
    expect([...piecesOf(one, outstandingOf(one))]).to.deep.equal([[line!.productId, 1]]);
    expect(thrown(() => back(2, one)).details).to.deep.equal({ lineId: line!.id, restockable: 1 });
    expect(outstandingOf(cancelOrder(one, 'cancelled', action))).to.deep.equal([]);
  });

  it('never refunds more than was captured, in any order of actions', () => {
    const moves = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('refund' as const), amount: fc.integer({ min: 1, max: 1200 }) }),
        fc.record({ kind: fc.constantFrom('succeed' as const, 'fail' as const), which: fc.nat(5) }),
        fc.record({ kind: fc.constant('cancel' as const) }),
        fc.record({ kind: fc.constant('ship' as const) }),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(moves, (all) => {
        let order = paid();
        for (const move of all)
          try {
            if (move.kind === 'refund')
              order = refundOrder(
                order,
                { amount: move.amount, reason: 'x', restock: [], currency: 'EUR' },
                action,
              );
            else if (move.kind === 'cancel') order = cancelOrder(order, 'cancelled', action);
            else if (move.kind === 'ship') order = shipOrder(order, action);
            else {
              const refund = order.refunds[move.which];
              const outcome = move.kind === 'succeed' ? 'succeeded' : 'failed';
              if (refund !== undefined) order = settleRefund(order, refund.id, outcome, action);
            }
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
          }
        expect(refundableOf(order)).to.be.within(0, capturedOf(order));
      }),
    );
  });
});

describe('unpaid orders', () => {
  it('are counted where their number or their pieces are limited', () => {
    expect(areUnpaidOrdersLimited({ unpaidOrders: 5, unpaidPieces: null })).to.equal(true);
    expect(areUnpaidOrdersLimited({ unpaidOrders: null, unpaidPieces: 0 })).to.equal(true);
    expect(areUnpaidOrdersLimited({ unpaidOrders: null, unpaidPieces: null })).to.equal(false);
  });
});
