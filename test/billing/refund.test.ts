import { expect } from 'chai';
import { refundsFor } from '../../src/billing/domain/dues.js';
import { payOutRefund, restoreRefund, settleRefund } from '../../src/billing/domain/refund.js';
import type { Payment, PaymentMethod, Refund } from '../../src/kernel/payments.js';
import { aPayment, aReceivable, aRefund } from '../support/builders/billing.js';
import { thrown } from '../support/thrown.js';

const NOW = new Date('2026-11-21T09:00:00.000Z');

describe('the refunds of an amount', () => {
  let serial = 0;
  const action = { at: NOW, by: 'u', nextId: () => `r${(serial += 1)}` };
  const split = (
    amount: number,
    payments: Payment[],
    refunds: Refund[] = [],
    method: PaymentMethod | null = null,
  ) => refundsFor(aReceivable(), { payments, refunds }, { amount, reason: 'late', method }, action);
  const parts = (refunds: readonly Refund[]) => refunds.map(({ method, amount }) => [method, amount]);

  it('take from the oldest payment first, each the way it was paid, and are pending', () => {
    const payments = [
      aPayment({ status: 'captured', amount: 1000 }),
      aPayment({ status: 'declined', amount: 5000 }),
      aPayment({ status: 'captured', method: 'desk', amount: 2000 }),
    ];
    expect(parts(split(2500, payments))).to.deep.equal([
      ['card', 1000],
      ['desk', 1500],
    ]);
    expect(split(1, payments)[0]).to.include({ status: 'pending', reason: 'late', createdBy: 'u' });
    expect(split(0, payments)).to.deep.equal([]);
  });

  it('are for the desk when that is asked for; money from the desk never goes to a card', () => {
    const payments = [
      aPayment({ status: 'captured', amount: 1000 }),
      aPayment({ status: 'captured', method: 'desk', amount: 2000 }),
    ];
    expect(parts(split(3000, payments, [], 'desk'))).to.deep.equal([
      ['desk', 1000],
      ['desk', 2000],
    ]);
    expect(parts(split(3000, payments, [], 'card'))).to.deep.equal([
      ['card', 1000],
      ['desk', 2000],
    ]);
  });

  it('never exceed what was captured and not refunded; a refund that failed does not count', () => {
    const payment = aPayment({ status: 'captured' });
    const pending = aRefund(payment, { amount: 4000 });
    const error = thrown(() => split(501, [payment], [pending]));
    expect(error.code).to.equal('refund-exceeds-captured');
    expect(error.details).to.deep.equal({ refundable: { amount: 500, currency: 'EUR' } });
    expect(parts(split(500, [payment], [pending]))).to.deep.equal([['card', 500]]);
    expect(parts(split(4500, [payment], [aRefund(payment, { status: 'failed' })]))).to.deep.equal([
      ['card', 4500],
    ]);
  });
});

describe('a refund', () => {
  const payment = aPayment({ status: 'captured' });

  it('to a card is settled once', () => {
    const succeeded = settleRefund(aRefund(payment), 'succeeded', NOW);
    expect(succeeded).to.include({ status: 'succeeded', settledAt: NOW, paidOutBy: null });
    expect(settleRefund(succeeded, 'failed', NOW)).to.equal(succeeded);
  });

  it('at the desk is paid out once, and a refund to a card never', () => {
    const desk = aRefund(aPayment({ status: 'captured', method: 'desk' }));
    const paidOut = payOutRefund(desk, 'staff', NOW);
    expect(paidOut).to.include({ status: 'succeeded', settledAt: NOW, paidOutBy: 'staff' });
    for (const other of [paidOut, aRefund(payment), aRefund(payment, { status: 'failed' })])
      expect(thrown(() => payOutRefund(other, 'staff', NOW)).code).to.equal('refund-not-pending');
  });

  it('has at least one minor unit, and a settlement unless it is pending', () => {
    const sound = aRefund(payment);
    for (const broken of [
      { ...sound, amount: 0 },
      { ...sound, settledAt: NOW },
      { ...sound, paidOutBy: 'staff' },
    ])
      expect(() => restoreRefund(broken)).to.throw(`corrupt refund ${sound.id}`);
  });
});
