import { asFunction } from 'awilix';
import type { ContextModule } from '../platform/context-module.js';
import { makeUnitOfWork } from '../platform/database/unit-of-work.js';
import type { JobHandler } from '../platform/jobs/job-runner.js';
import { asWritingPort, type CradleOf } from '../platform/registrations.js';
import { makeAssertNotRefused } from './application/assert-not-refused.js';
import { makeBilling } from './application/billing.js';
import { makeCompletePayment } from './application/complete-payment.js';
import { RECONCILE_EVERY_MS, RECONCILE_PAYMENTS, SETTLE_REFUND } from './application/jobs.js';
import { makeListPayments } from './application/list-payments.js';
import { makeListRefunds } from './application/list-refunds.js';
import { makePayOutRefund } from './application/pay-out-refund.js';
import type { BillingPorts } from './application/ports.js';
import { makeReconcilePayments } from './application/reconcile-payments.js';
import { makeResolvePaymentMeans } from './application/resolve-payment-means.js';
import { makeSettleRefund } from './application/settle-refund.js';
import { makeViewPayment } from './application/view-payment.js';
import { makeViewRefund } from './application/view-refund.js';
import { billingProblems } from './http/problems.js';
import { billingRoutes } from './http/routes.js';
import { makePaymentBookkeeper } from './infrastructure/payment-bookkeeper.js';
import { makeSavedCards } from './infrastructure/saved-cards.js';
import { billingIntegrityChecks } from './infrastructure/sequelize/integrity-checks.js';
import { makeBillingModels } from './infrastructure/sequelize/models.js';
import { makePaymentQueries } from './infrastructure/sequelize/payment-queries.js';
import { makePaymentRepository } from './infrastructure/sequelize/payment-repository.js';

/**
 * Needs the platform's `sequelize`, `database`, `transactions`, `outbox`, `idempotencyKeys`, `clock`, `ids`,
 * `paymentGateway`; of identity `cardVault`, of cash `ledger`; and `paymentOrigins`, which the contexts with origins provide.
 */
export const billingRegistrations = {
  // stateless: one for each process
  billingModels: asFunction(makeBillingModels).singleton(),
  assertNotRefused: asFunction(makeAssertNotRefused).singleton(),

  // writing ports: they resolve in a transaction only
  payments: asWritingPort(makePaymentRepository),
  paymentBookkeeper: asWritingPort(makePaymentBookkeeper),
  billing: asWritingPort(makeBilling),

  // within a transaction, these join it
  billingUnitOfWork: asFunction(makeUnitOfWork<BillingPorts>).scoped(),
  paymentQueries: asFunction(makePaymentQueries).scoped(),
  savedCards: asFunction(makeSavedCards).scoped(),

  resolvePaymentMeans: asFunction(makeResolvePaymentMeans).scoped(),
  completePayment: asFunction(makeCompletePayment).scoped(),
  listPayments: asFunction(makeListPayments).scoped(),
  viewPayment: asFunction(makeViewPayment).scoped(),
  listRefunds: asFunction(makeListRefunds).scoped(),
  viewRefund: asFunction(makeViewRefund).scoped(),
  payOutRefund: asFunction(makePayOutRefund).scoped(),
  settleRefundAtGateway: asFunction(makeSettleRefund).scoped(),
  reconcileBilledPayments: asFunction(makeReconcilePayments).scoped(),
};
export type BillingCradle = CradleOf<typeof billingRegistrations>;

/** Jobs by kind. */
export const billingJobs = {
  [SETTLE_REFUND]: {
    lane: 'payments',
    makeHandler:
      ({ settleRefundAtGateway }: BillingCradle): JobHandler =>
      ({ payload }) =>
        settleRefundAtGateway({ refundId: String(payload['refundId']) }),
  },
  [RECONCILE_PAYMENTS]: {
    lane: 'payments',
    makeHandler:
      ({ reconcileBilledPayments }: BillingCradle): JobHandler =>
      () =>
        reconcileBilledPayments(),
  },
} as const;

export const billingModule: ContextModule<BillingCradle> = {
  name: 'billing',
  tags: [{ name: 'payments', description: 'Payments and refunds of orders and appointments.' }],
  registrations: billingRegistrations,
  routes: billingRoutes,
  pages: [],
  problems: billingProblems,
  jobs: billingJobs,
  recurringJobs: [{ kind: RECONCILE_PAYMENTS, everyMs: RECONCILE_EVERY_MS }],
  integrityChecks: billingIntegrityChecks,
};
