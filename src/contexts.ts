import { billingModule, type BillingCradle } from './billing/module.js';
import { cashModule, type CashCradle } from './cash/module.js';
import { clinicModule, type ClinicCradle } from './clinic/module.js';
import { identityModule, type IdentityCradle } from './identity/module.js';
import type { PaymentOrigin } from './kernel/billing.js';
import { journalModule, type JournalCradle } from './journal/module.js';
import type { ContextModule } from './platform/context-module.js';
import type { Page } from './platform/http/pages/pages.js';
import { COMMON_PROBLEMS, type ProblemCatalog } from './platform/http/replies/problem-catalog.js';
import type { Route } from './platform/http/routing/route.js';
import { storefrontModule, type StorefrontCradle } from './storefront/module.js';

/** Everything that the contexts register. */
export type ContextsCradle = IdentityCradle &
  CashCradle &
  BillingCradle &
  StorefrontCradle &
  ClinicCradle &
  JournalCradle;

/** The bounded contexts. A new context is added in this file only. */
export const CONTEXTS: readonly ContextModule<ContextsCradle>[] = [
  identityModule,
  cashModule,
  billingModule,
  storefrontModule,
  clinicModule,
  journalModule,
];

export const ROUTES: readonly Route[] = CONTEXTS.flatMap(({ routes }) => routes);

export const CATALOG: ProblemCatalog = Object.assign(
  {},
  COMMON_PROBLEMS,
  ...CONTEXTS.map(({ problems }) => problems),
) as ProblemCatalog;

export const PAGES: readonly Page[] = CONTEXTS.flatMap(({ pages }) => pages);

/** What is paid for, by type. Billing does not know the contexts that it comes from. */
export const makePaymentOrigins = (cradle: object): Readonly<Record<string, PaymentOrigin>> =>
  Object.fromEntries(
    CONTEXTS.flatMap(({ paymentOrigins = {} }) => Object.entries(paymentOrigins)).map(([type, make]) => [
      type,
      make(cradle as Parameters<typeof make>[0]),
    ]),
  );
