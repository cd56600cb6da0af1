import { DomainError } from './errors.js';

/** A card as the gateway describes it; `fingerprint` is the same for every token of one physical card. */
export type CardDescription = Readonly<{
  brand: string;
  last4: string;
  /** 1 to 12 */
  expMonth: number;
  expYear: number;
  fingerprint: string;
}>;

/** The gateway did not answer in time, and may have carried out the request. `find` or `findRefund` tells later. */
export class GatewayTimeout extends Error {
  override readonly name = 'GatewayTimeout';
  constructor() {
    super('The payment gateway did not answer in time.');
  }
}

/** The gateway refused the request and did not carry it out. Answered 503 if nobody catches it. */
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

/** Pays back the charge with the key `chargeKey`, in part or in full; `amount` is in the minor units of the charge. */
export type Refund = Readonly<{ key: string; chargeKey: string; amount: number }>;
export type RefundOutcome = 'succeeded' | 'failed';

/**
 * Charges and refunds cards. A remote system: never call it inside a transaction. The keys make charges and refunds
 * idempotent: a second request with the same key moves no money and gets the first outcome, or times out again.
 *
 * Every method may throw GatewayUnavailable. `charge` and `refund` may throw GatewayTimeout. A practice without card
 * payments throws invalid `card-payments-off`.
 */
export interface PaymentGateway {
  /** The card of a token; invalid `invalid-card-token`. The caller decides whether the card has expired. */
  describe(token: string): Promise<CardDescription>;
  charge(charge: Charge): Promise<Readonly<{ outcome: ChargeOutcome }>>;
  /** The outcome of the charge with `key`; `unknown` if the gateway never received it. */
  find(key: string): Promise<ChargeOutcome | 'unknown'>;
  /** Fails if the charge was not captured, or if less than `amount` of it is left. */
  refund(refund: Refund): Promise<RefundOutcome>;
  /** The outcome of the refund with `key`; `unknown` if the gateway never received it. */
  findRefund(key: string): Promise<RefundOutcome | 'unknown'>;
  /** Deletes the token. An unknown token is no error. */
  detach(token: string): Promise<void>;
}
