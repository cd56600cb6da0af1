import { expect } from 'chai';
import { DAY, HOUR, plus } from '../../src/kernel/clock.js';
import { PAYMENT_STATES, paymentStatusOf, type PaymentState } from '../../src/kernel/payments.js';
import { amountDue, wantsMoney } from '../../src/billing/domain/dues.js';
import { newPayment, restorePayment, settlePayment } from '../../src/billing/domain/payment.js';
import { aPayment, aReceivable, aRefund } from '../support/builders/billing.js';
import { thrown } from '../support/thrown.js';

const NOW = new Date('2026-11-21T09:00:00.000Z');
const action = { at: NOW, by: 'u', nextId: () => 'next' };

describe('the payment status', () => {
  const status = (price: number, ...states: PaymentState[]) =>
    paymentStatusOf(price, {
      payments: states.map((state) => aPayment({ status: state, amount: Math.max(price, 1) })),
      refunds: [],
    });

  it('follows from the price and the payments', () => {
    expect(status(0)).to.equal('paid');
    expect(status(1)).to.equal('unpaid');
    expect(status(1, 'declined', 'failed')).to.equal('unpaid');
    expect(status(1, 'declined', 'processing')).to.equal('inDoubt');
    expect(status(1, 'captured')).to.equal('paid');
  });

  it('follows from the refunds that succeeded', () => {
    const payment = aPayment({ status: 'captured' });
    const after = (refunds: ReturnType<typeof aRefund>[], more = [payment]) =>
      paymentStatusOf(4500, { payments: more, refunds });
    expect(after([aRefund(payment)])).to.equal('paid');
    expect(after([aRefund(payment, { status: 'failed' })])).to.equal('paid');
    expect(after([aRefund(payment, { status: 'succeeded', amount: 1 })])).to.equal('partlyRefunded');
    expect(after([aRefund(payment, { status: 'succeeded' })])).to.equal('refunded');
    const second = aPayment({ status: 'captured' });
    expect(after([aRefund(payment, { status: 'succeeded' })], [payment, second])).to.equal('paid');
  });
});

describe('what is due', () => {
  const codeOf = (...states: PaymentState[]) =>
    thrown(() =>
      amountDue(aReceivable(), { payments: states.map((status) => aPayment({ status })), refunds: [] }),
    ).code;

  it('is the price until it is paid, and nothing while a payment is in doubt', () => {
    const failed = [aPayment({ status: 'declined' }), aPayment({ status: 'failed' })];
    expect(amountDue(aReceivable(), { payments: failed, refunds: [] })).to.equal(4500);
    expect(codeOf('captured')).to.equal('already-paid');
    expect(codeOf('processing')).to.equal('payment-in-doubt');
    expect(thrown(() => amountDue(aReceivable({ amount: 0 }), { payments: [], refunds: [] })).code).to.equal(
      'already-paid',
    );
  });

  it('is the price again after a refund in full, pending or not', () => {
    const payment = aPayment({ status: 'captured' });
    for (const status of ['pending', 'succeeded'] as const)
      expect(
        amountDue(aReceivable(), { payments: [payment], refunds: [aRefund(payment, { status })] }),
      ).to.equal(4500);
  });

  it('is nothing for an origin that is not payable', () => {
    const none = { payments: [], refunds: [] };
    expect(wantsMoney(aReceivable(), none)).to.equal(true);
    expect(wantsMoney(aReceivable({ isPayable: false }), none)).to.equal(false);
    expect(wantsMoney(aReceivable(), { payments: [aPayment({ status: 'captured' })], refunds: [] })).to.equal(
      false,
    );
  });
});

describe('a payment', () => {
  const start = (means: Parameters<typeof newPayment>[1]['means']) =>
    newPayment(aReceivable(), { id: 'p', amount: 4500, means, requestHandle: null }, action);

  it('by card is processing until it is settled once', () => {
    const payment = start({ method: 'card', token: 'tok', last4: '4242' });
    expect(payment).to.include({ status: 'processing', cardLast4: '4242', settledAt: null, createdBy: 'u' });
    expect(payment).to.not.have.property('token');
    const captured = settlePayment(payment, 'captured', plus(NOW, HOUR));
    expect(captured).to.deep.equal({ ...payment, status: 'captured', settledAt: plus(NOW, HOUR) });
    expect(settlePayment(captured, 'failed', plus(NOW, DAY))).to.equal(captured);
  });

  it('at the desk is captured at once', () => {
    expect(start({ method: 'desk' })).to.include({ status: 'captured', cardLast4: null, settledAt: NOW });
  });

  it('may become captured after it failed; other settled payments never change', () => {
    const ends = PAYMENT_STATES.filter((state) => state !== 'processing');
    for (const from of ends)
      for (const to of ends) {
        const payment = aPayment({ status: from });
        const after = settlePayment(payment, to, plus(NOW, DAY));
        if (from === 'failed' && to === 'captured') expect(after).to.include({ status: 'captured' });
        else expect(after).to.equal(payment);
      }
  });

  it('has at least one minor unit, a card unless it is at the desk, and a settlement unless it is processing', () => {
    const sound = aPayment({ status: 'captured' });
    const desk = aPayment({ method: 'desk', status: 'captured' });
    for (const broken of [
      { ...sound, amount: 0 },
      { ...sound, amount: 1.5 },
      { ...sound, settledAt: null },
      { ...sound, cardLast4: null },
      { ...desk, status: 'processing' as const, settledAt: null },
      { ...desk, cardLast4: '4242' },
    ])
      expect(() => restorePayment(broken)).to.throw(`corrupt payment ${broken.id}`);
  });
});
