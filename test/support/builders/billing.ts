import type { Payment, Refund } from '../../../src/kernel/payments.js';
import type { Receivable } from '../../../src/kernel/receivable.js';
import { restorePayment } from '../../../src/billing/domain/payment.js';
import { restoreRefund } from '../../../src/billing/domain/refund.js';
import { FakeIds } from '../fakes/ids.js';

const ids = new FakeIds('01950000');
const T0 = new Date('2026-11-21T09:00:00.000Z');
const ORIGIN = { type: 'appointment', id: '01950000-0000-7000-8000-00000000aaaa' };

export const aReceivable = (changes: Partial<Receivable> = {}): Receivable => ({
  origin: ORIGIN,
  payerId: null,
  amount: 4500,
  currency: 'EUR',
  description: 'Payment of an appointment',
  income: 'clinic-income',
  isPayable: true,
  ...changes,
});

/** A card payment; processing unless `changes` say otherwise. */
export function aPayment(changes: Partial<Payment> = {}): Payment {
  const { status = 'processing', method = 'card' } = changes;
  return restorePayment({
    id: ids.next(),
    origin: ORIGIN,
    payerId: null,
    method,
    amount: 4500,
    currency: 'EUR',
    status,
    cardLast4: method === 'card' ? '4242' : null,
    gatewayReference: null,
    requestHandle: null,
    createdBy: null,
    createdAt: T0,
    settledAt: status === 'processing' ? null : T0,
    ...changes,
  });
}

/** A pending refund of the whole payment unless `changes` say otherwise. */
export function aRefund(payment: Payment, changes: Partial<Refund> = {}): Refund {
  const { status = 'pending' } = changes;
  return restoreRefund({
    id: ids.next(),
    paymentId: payment.id,
    origin: payment.origin,
    payerId: payment.payerId,
    method: payment.method,
    amount: payment.amount,
    currency: payment.currency,
    reason: 'not needed',
    status,
    createdBy: null,
    createdAt: T0,
    paidOutBy: null,
    settledAt: status === 'pending' ? null : T0,
    ...changes,
  });
}
