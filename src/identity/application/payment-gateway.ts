import { DomainError } from '../../kernel/errors.js';
import type { CardDescription } from '../domain/card.js';

export type { CardDescription } from '../domain/card.js';

/** The gateway did not answer in time: what it was asked to do may have been done. Ask it by the key later. */
export class GatewayTimeout extends Error {
  override readonly name = 'GatewayTimeout';
  constructor() {
    super('The payment gateway did not answer in time.');
  }
}

/** The gateway refused to work just now: what it was asked to do has surely not been done. 503 if nobody catches it. */
export class GatewayUnavailable extends DomainError {
  constructor() {
    super('busy', 'gateway-unavailable', 'The payment gateway is away at the moment; nothing was charged.', {
      retryAfterSeconds: 5,
    });
  }
}

/** 422 `card-payments-off`: this practice takes no cards. */
export const cardPaymentsOff = (): DomainError =>
  new DomainError('invalid', 'card-payments-off', 'This practice takes no card payments.');

/** 422 `invalid-card-token` */
export const invalidCardToken = (): DomainError =>
  new DomainError('invalid', 'invalid-card-token', 'The payment gateway does not know this token.');

/** `amount` is in minor units of `currency` (ISO 4217), at least 1. */
export type Charge = Readonly<{ key: string; token: string; amount: number; currency: string }>;
export type ChargeOutcome = 'captured' | 'declined';

/** `chargeKey` is the key of the charge that is paid back, in part or in whole; `amount` as in the charge. */
export type Refund = Readonly<{ key: string; chargeKey: string; amount: number }>;
export type RefundOutcome = 'succeeded' | 'failed';

/**
 * Whoever moves the money of cards. It is far away: never call it inside a unit of work. Keys make charges and refunds
 * idempotent there: the same key again moves nothing and gives the first outcome, or times out again.
 *
 * Every call may throw GatewayUnavailable. Those that move money may throw GatewayTimeout, and then `find` or
 * `findRefund` tells, at once or later, what became of it. A practice without card payments throws `card-payments-off`.
 */
export interface PaymentGateway {
  /** The card behind a token; invalid `invalid-card-token`. Whether it has expired is for the caller to judge. */
  describe(token: string): Promise<CardDescription>;
  charge(charge: Charge): Promise<Readonly<{ outcome: ChargeOutcome }>>;
  /** What became of the charge under `key`; unknown when the gateway never got it. */
  find(key: string): Promise<ChargeOutcome | 'unknown'>;
  /** Fails when the charge was not captured, or less than `amount` is left of it. */
  refund(refund: Refund): Promise<RefundOutcome>;
  findRefund(key: string): Promise<RefundOutcome | 'unknown'>;
  /** Forgets the token; one it does not know is forgotten already. */
  detach(token: string): Promise<void>;
}
