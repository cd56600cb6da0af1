import type { PaymentOrigin } from '../../kernel/billing.js';
import type { IdempotencyKeys } from '../../kernel/idempotency-key.js';
import type { Outbox } from '../../kernel/outbox.js';
import type { PaymentBookkeeper } from './ports/bookkeeper.js';
import type { PaymentRepository } from './ports/payments.js';

export type * from './ports/bookkeeper.js';
export type * from './ports/payment-queries.js';
export type * from './ports/payments.js';
export type * from './ports/saved-cards.js';

/** By the type of the origin. */
export type PaymentOrigins = Readonly<Record<string, PaymentOrigin>>;

/** The ports of a unit of work. Lock order: origin → idempotency key → payments and refunds → ledger. */
export type BillingPorts = Readonly<{
  payments: PaymentRepository;
  paymentOrigins: PaymentOrigins;
  paymentBookkeeper: PaymentBookkeeper;
  outbox: Outbox;
  idempotencyKeys: IdempotencyKeys;
}>;
