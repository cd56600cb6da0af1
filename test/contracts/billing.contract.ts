import { expect } from 'chai';
import { plus } from '../../src/kernel/clock.js';
import type { Payment, Refund } from '../../src/kernel/payments.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { BillingPorts, PaymentQueries } from '../../src/billing/application/ports.js';
import { payOutRefund, settleRefund } from '../../src/billing/domain/refund.js';
import { settlePayment } from '../../src/billing/domain/payment.js';
import { aPayment as payment, aRefund } from '../support/builders/billing.js';
import { nextId } from '../support/builders/clinic.js';
import { expectCode } from '../support/expect-code.js';

export type BillingAdapters = Readonly<{
  billingUnitOfWork: UnitOfWork<BillingPorts>;
  paymentQueries: PaymentQueries;
  /** Puts a user there; its id. */
  givenUser(): Promise<string>;
}>;

const T0 = new Date('2026-11-21T09:00:00.000Z');
const T1 = plus(T0, 1000);
const ALL = { limit: 100 };

/** What every adapter of billing's ports must do. */
export function billingContract(adapters: () => BillingAdapters): void {
  const run: UnitOfWork<BillingPorts>['run'] = (work) => adapters().billingUnitOfWork.run(work);
  const queries = (): PaymentQueries => adapters().paymentQueries;
  const origin = () => ({ type: 'appointment', id: nextId() });
  const aPayment = (changes: Partial<Payment> = {}) => payment({ origin: origin(), ...changes });

  const insert = async (...payments: readonly Payment[]): Promise<void> => {
    for (const each of payments) await run((ports) => ports.payments.insert(each));
  };
  const insertRefunds = (...refunds: readonly Refund[]): Promise<void> =>
    run((ports) => ports.payments.insertRefunds(refunds));

  describe('payments', () => {
    it('are read as they were stored, oldest first for each origin', async () => {
      const payerId = await adapters().givenUser();
      const first = aPayment({ payerId, createdBy: payerId, status: 'declined' });
      const second = aPayment({ origin: first.origin, createdAt: T1, status: 'captured', method: 'desk' });
      await insert(second, first);
      await insert(aPayment());
      const history = await run(({ payments }) => payments.historyOf(first.origin));
      expect(history).to.deep.equal({ payments: [first, second], refunds: [] });
      expect(await run(({ payments }) => payments.find(first.id))).to.deep.equal(first);
      expect(await queries().find(second.id)).to.deep.equal(second);
      expect(await run(({ payments }) => payments.find(nextId()))).to.equal(undefined);
      expect(await queries().find(nextId())).to.equal(undefined);
    });

    it('are processing one at a time for each origin', async () => {
      const first = aPayment();
      await insert(first);
      await expectCode(insert(aPayment({ origin: first.origin })), 'payment-in-doubt');
      await insert(aPayment(), aPayment({ origin: first.origin, status: 'captured' }));
    });

    it('are settled, which forgets the handle of the request', async () => {
      const first = aPayment({ requestHandle: 'handle' });
      await insert(first);
      const settled = settlePayment(first, 'captured', T1);
      await run(({ payments }) => payments.save(settled));
      expect(await queries().find(first.id)).to.deep.equal({ ...settled, requestHandle: null });
    });

    it('take the gateway’s reference only while they are processing', async () => {
      const first = aPayment();
      await insert(first);
      const store = (reference: string) =>
        run(({ payments }) => payments.saveGatewayReference(first.id, reference));
      expect(await store('pi_1')).to.equal(true);
      await run(({ payments }) => payments.save(settlePayment(first, 'failed', T1)));
      expect(await store('pi_2')).to.equal(false);
      expect(await queries().find(first.id)).to.include({ gatewayReference: 'pi_1', status: 'failed' });
    });

    it('are open when they are processing since a while, or failed a short time ago', async () => {
      const waiting = aPayment();
      const failed = aPayment({ status: 'failed', createdAt: plus(T0, -5000) });
      await insert(failed, waiting, aPayment({ status: 'captured' }), aPayment({ status: 'declined' }));
      const open = async (begunBefore: Date, failedSince: Date) =>
        (await queries().open({ begunBefore, failedSince }, 100))
          .map(({ id }) => id)
          .filter((id) => id === waiting.id || id === failed.id);
      expect(await open(plus(T0, 1), plus(T0, -1))).to.deep.equal([waiting.id, failed.id]);
      expect(await open(T0, T0)).to.deep.equal([]);
    });
  });

  describe('refunds', () => {
    it('are read as they were stored', async () => {
      const paid = aPayment({ status: 'captured' });
      await insert(paid);
      const [first, second] = [aRefund(paid, { amount: 1 }), aRefund(paid, { amount: 2, createdAt: T1 })];
      await insertRefunds(first, second);
      expect((await run(({ payments }) => payments.historyOf(paid.origin))).refunds).to.deep.equal([
        first,
        second,
      ]);
      expect(await run(({ payments }) => payments.findRefund(first.id))).to.deep.equal(first);
      expect(await queries().findRefund(second.id)).to.deep.equal(second);
      expect(await queries().findRefund(nextId())).to.equal(undefined);
    });

    it('are settled or paid out', async () => {
      const by = await adapters().givenUser();
      const paid = aPayment({ status: 'captured' });
      const atDesk = aPayment({ status: 'captured', method: 'desk' });
      await insert(paid, atDesk);
      const [toCard, toPayOut] = [aRefund(paid), aRefund(atDesk)];
      await insertRefunds(toCard, toPayOut);
      const settled = [settleRefund(toCard, 'failed', T1), payOutRefund(toPayOut, by, T1)];
      for (const refund of settled) await run(({ payments }) => payments.saveRefund(refund));
      expect(await Promise.all(settled.map(({ id }) => queries().findRefund(id)))).to.deep.equal(settled);
    });

    it('are open when they are pending for a card since a while', async () => {
      const paid = aPayment({ status: 'captured' });
      await insert(paid);
      const pending = aRefund(paid, { amount: 1 });
      await insertRefunds(
        pending,
        aRefund(paid, { amount: 2, method: 'desk' }),
        aRefund(paid, { amount: 3, status: 'succeeded' }),
      );
      const open = async (before: Date) =>
        (await queries().openRefunds(before, 100)).filter(({ paymentId }) => paymentId === paid.id);
      expect(await open(T1)).to.deep.equal([pending]);
      expect(await open(T0)).to.deep.equal([]);
    });
  });

  describe('the lists', () => {
    it('are newest first, and select by payer, origin, status and time', async () => {
      const payerId = await adapters().givenUser();
      const older = aPayment({ payerId, status: 'captured' });
      const newer = aPayment({ payerId, createdAt: T1 });
      await insert(older, newer);
      const refunds = [aRefund(older, { amount: 1 }), aRefund(older, { amount: 2, createdAt: T1 })];
      await insertRefunds(...refunds);
      const listed = async (filter: Parameters<PaymentQueries['list']>[0]) =>
        (await queries().list({ payerId, ...filter }, ALL)).items.map(({ id }) => id);
      expect(await listed({})).to.deep.equal([newer.id, older.id]);
      expect(await listed({ origin: older.origin })).to.deep.equal([older.id]);
      expect(await listed({ statuses: ['processing'] })).to.deep.equal([newer.id]);
      expect(await listed({ from: T1 })).to.deep.equal([newer.id]);
      expect(await listed({ to: T1 })).to.deep.equal([older.id]);
      const first = await queries().list({ payerId }, { limit: 1 });
      expect(first.items).to.deep.equal([newer]);
      expect((await queries().list({ payerId }, { limit: 1, after: first.next! })).items).to.deep.equal([
        older,
      ]);
      expect((await queries().listRefunds({ payerId }, ALL)).items).to.deep.equal([...refunds].reverse());
      expect((await queries().listRefunds({ payerId, statuses: ['failed'] }, ALL)).items).to.deep.equal([]);
    });
  });
}
