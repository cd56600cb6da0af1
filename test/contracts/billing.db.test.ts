import { expect } from 'chai';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { BillingPorts, PaymentQueries } from '../../src/billing/application/ports.js';
import type { IdentityPorts } from '../../src/identity/application/ports.js';
import { violatedConstraint } from '../../src/platform/database/errors.js';
import { aPayment, aRefund } from '../support/builders/billing.js';
import { nextId } from '../support/builders/clinic.js';
import { aUser } from '../support/builders/identity.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { makeInMemoryClinic } from '../support/in-memory/clinic.js';
import { rejection } from '../support/rejection.js';
import { billingContract, type BillingAdapters } from './billing.contract.js';

describe('the ports of billing in memory', () => {
  let memory: BillingAdapters;
  beforeEach(() => {
    memory = { ...makeInMemoryClinic(), givenUser: () => Promise.resolve(nextId()) };
  });
  billingContract(() => memory);
});

describe('the ports of billing on PostgreSQL', () => {
  let postgres: OnPostgres<
    Readonly<{
      billingUnitOfWork: UnitOfWork<BillingPorts>;
      paymentQueries: PaymentQueries;
      identityUnitOfWork: UnitOfWork<IdentityPorts>;
    }>
  >;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());

  billingContract(() => ({
    billingUnitOfWork: postgres.cradle.billingUnitOfWork,
    paymentQueries: postgres.cradle.paymentQueries,
    async givenUser() {
      const user = aUser();
      await postgres.cradle.identityUnitOfWork.run(({ users }) => users.insert(user));
      return user.id;
    },
  }));

  describe('the constraints', () => {
    const violation = async (work: (ports: BillingPorts) => Promise<unknown>) =>
      violatedConstraint(await rejection(postgres.cradle.billingUnitOfWork.run(work)));

    it('refuse refunds that exceed the payment, in one transaction or in two', async () => {
      const paid = aPayment({ origin: { type: 'appointment', id: nextId() }, status: 'captured' });
      await postgres.cradle.billingUnitOfWork.run(({ payments }) => payments.insert(paid));
      const half = () => aRefund(paid, { amount: 3000 });
      expect(await violation(({ payments }) => payments.insertRefunds([half(), half()]))).to.equal(
        'billing_refunds_captured_check',
      );
      const both = await Promise.allSettled(
        [half(), half()].map((refund) =>
          postgres.cradle.billingUnitOfWork.run(({ payments }) => payments.insertRefunds([refund])),
        ),
      );
      expect(both.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    });

    it('refuse a refund of a payment that was not captured, and one to a card of money from the desk', async () => {
      const origin = { type: 'appointment', id: nextId() };
      const processing = aPayment({ origin });
      const desk = aPayment({ origin, method: 'desk', status: 'captured' });
      for (const [paid, method] of [
        [processing, 'card'],
        [desk, 'card'],
      ] as const)
        expect(
          await violation(async ({ payments }) => {
            await payments.insert(paid);
            await payments.insertRefunds([aRefund(paid, { method })]);
          }),
        ).to.equal('billing_refunds_captured_check');
    });

    it('refuse to change a settled payment, except from failed to captured', async () => {
      const paid = aPayment({ origin: { type: 'appointment', id: nextId() }, status: 'captured' });
      await postgres.cradle.billingUnitOfWork.run(({ payments }) => payments.insert(paid));
      expect(await violation(({ payments }) => payments.save({ ...paid, status: 'failed' }))).to.equal(
        'billing_payments_transition_check',
      );
    });
  });
});
