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

/** The gateway gave no clear answer and may have carried out the request. `find` or `findRefund` tells later. */
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

/** 400 `webhook-signature`: the gateway has not signed this request, or more than five minutes ago. */
export const wrongWebhookSignature = (): DomainError =>
  new DomainError('malformed', 'webhook-signature', 'The payment gateway has not signed this request.');

/** The payer opens `url` to confirm the payment. After `expiresAt` the charge is closed and takes no money. */
export type PaymentAction = Readonly<{ type: 'redirect'; url: string; expiresAt: Date }>;

/** The state of a charge at the gateway. */
export type ChargeState =
  | Readonly<{ status: 'captured'; cardLast4: string | null }>
  /** `reason`: a code for clients, such as `card_declined`, `insufficient_funds`, `expired_card`, `authentication_required`. */
  | Readonly<{ status: 'declined'; reason: string }>
  /** Authentication (3-D Secure) or the gateway's payment page waits for the payer. */
  | Readonly<{ status: 'actionRequired'; action: PaymentAction }>
  /** The gateway has not decided yet. A charge that is prepared and not confirmed may have this state. */
  | Readonly<{ status: 'processing' }>
  /**
   * The gateway has not received the charge, or it was cancelled or has expired. Once cancelled or expired it is never
   * captured. A `confirm` that is still on its way can reach a gateway that has not received it yet: call `cancel` first.
   */
  | Readonly<{ status: 'unknown' }>;

/** Identifies a charge: our payment id, which is also the idempotency key, and the `reference` that `prepare` returned. */
export type ChargeRef = Readonly<{ key: string; reference: string | null }>;

export type Charge = Readonly<{
  /** Our payment id. The same key with another request is an Error. */
  key: string;
  token: string;
  /** Minor units of `currency`, at least 1. */
  amount: number;
  /** ISO 4217 */
  currency: string;
  /** Shown at the gateway, such as "Order 12". No personal data. */
  description: string;
  /**
   * The gateway redirects the payer to this URL after authentication. null: the payer is absent, and a card that needs
   * authentication is declined with the reason `authentication_required`.
   */
  returnUrl: string | null;
}>;

/** A charge that is paid on the gateway's own page, with any card. */
export type HostedCharge = Omit<Charge, 'token' | 'returnUrl'> & Readonly<{ returnUrl: string }>;

/** `key`: our refund id, which is also the idempotency key. `amount`: minor units of the charge's currency. */
export type Refund = Readonly<{ key: string; charge: ChargeRef; amount: number }>;
export type RefundRef = Readonly<{ key: string; reference: string | null; charge: ChargeRef }>;
/** `pending` becomes `succeeded` or `failed`. A bank may still return a refund: `succeeded` can become `failed`. */
export type RefundState = 'succeeded' | 'pending' | 'failed' | 'unknown';

/** `url`: the gateway's page where the member enters a card. `reference` finds the outcome. */
export type CardSetup = Readonly<{ reference: string; url: string; expiresAt: Date }>;
export type CardSetupState =
  | Readonly<{ status: 'open' }>
  | Readonly<{ status: 'saved'; token: string }>
  | Readonly<{ status: 'expired' }>;

/** What a webhook is about. It says which state to ask for, and never the state itself. */
export type WebhookSubject =
  | Readonly<{ kind: 'charge'; key: string }>
  | Readonly<{ kind: 'refund'; key: string }>
  | Readonly<{ kind: 'cardSetup'; reference: string }>
  | Readonly<{ kind: 'dispute'; id: string }>
  | Readonly<{ kind: 'payout'; id: string }>;
/** `eventId` is the same for every delivery of an event. `subject` is null for an event that concerns nothing of ours. */
export type Webhook = Readonly<{ eventId: string; subject: WebhookSubject | null }>;

/**
 * A transfer of the gateway to the bank account of the practice. `amount` reaches the bank; `fee` was deducted before, so
 * the charges less refunds and disputes in it sum up to `amount + fee`.
 */
export type Payout = Readonly<{
  id: string;
  /** Minor units. Negative when the gateway debits the bank account. */
  amount: number;
  fee: number;
  currency: string;
  /** YYYY-MM-DD, as the gateway expects. */
  arrivesOn: string;
  status: 'pending' | 'paid' | 'failed';
}>;

/** A payer's objection to a charge. The gateway takes `amount` back while it is open and returns it when it is won. */
export type Dispute = Readonly<{
  id: string;
  chargeKey: string;
  amount: number;
  currency: string;
  status: 'open' | 'won' | 'lost';
}>;
/** `after`: the id of the last item of the page before; null: the newest `limit` items. */
export type GatewayPage = Readonly<{ after: string | null; limit: number }>;

/**
 * Charges and refunds cards. A remote system: never call it inside a transaction. The keys make charges and refunds
 * idempotent: a second request with the same key moves no money and gets the first outcome.
 *
 * Every method may throw GatewayUnavailable, which means that this call moved no money. `confirm` and `refund` may throw
 * GatewayTimeout. A practice without card payments throws invalid `card-payments-off` wherever money would move or a page
 * would open. A request that the gateway considers wrong is a defect of ours: a plain Error.
 */
export interface PaymentGateway {
  readonly name: 'sandbox' | 'desk' | 'stripe';
  /** The card of a token; invalid `invalid-card-token`. The caller decides whether the card has expired. */
  describe(token: string): Promise<CardDescription>;
  /**
   * Registers a charge without moving money. Store the reference before `confirm`. null: the gateway finds its charges by
   * key alone. The same key returns the same reference.
   */
  prepare(charge: Charge): Promise<Readonly<{ reference: string | null }>>;
  /** Moves the money of a prepared charge. A cancelled or expired charge stays `unknown`. */
  confirm(charge: Charge & ChargeRef): Promise<ChargeState>;
  /** Opens the gateway's own payment page. Store the reference before the payer gets the action. */
  prepareHosted(charge: HostedCharge): Promise<Readonly<{ reference: string | null; action: PaymentAction }>>;
  /** The state of a charge. Closes a charge whose action has expired. */
  find(charge: ChargeRef): Promise<ChargeState>;
  /**
   * Makes sure that a charge is never captured from now on, and returns its state afterwards: `captured` when it was too
   * late, `declined` or `unknown` when it is closed, `processing` when the gateway cannot stop it: ask again later.
   */
  cancel(charge: ChargeRef): Promise<ChargeState>;
  /**
   * Pays back a captured charge, in part or in full. `failed`: it was not captured, less than `amount` of it is left, or
   * the gateway refuses; another attempt needs another key.
   */
  refund(refund: Refund): Promise<Readonly<{ status: RefundState; reference: string | null }>>;
  /** `unknown`: the gateway has not received the refund; a request that is still on its way can follow. */
  findRefund(refund: RefundRef): Promise<RefundState>;
  /** Deletes the token. An unknown token is no error. */
  detach(token: string): Promise<void>;
  /** Opens the gateway's own page to save a card. The same key returns the same page. */
  prepareCardSetup(setup: Readonly<{ key: string; returnUrl: string }>): Promise<CardSetup>;
  /** An unknown reference is `expired`. */
  findCardSetup(reference: string): Promise<CardSetupState>;
  /** Verifies the signature over the raw body; malformed `webhook-signature`. */
  readWebhook(request: Readonly<{ body: Buffer; signature: string | undefined }>): Webhook;
  /** Oldest first. An item changes its status after it was listed: read open ones again by `findPayout`. */
  listPayouts(page: GatewayPage): Promise<readonly Payout[]>;
  findPayout(id: string): Promise<Payout | undefined>;
  /** Oldest first, of charges with a key of ours. Read open ones again by `findDispute`. */
  listDisputes(page: GatewayPage): Promise<readonly Dispute[]>;
  findDispute(id: string): Promise<Dispute | undefined>;
  /** Whether the gateway accepts our key. */
  check(): Promise<'ok' | 'unauthenticated' | 'unreachable'>;
}
