import {
  type CardDescription,
  type CardSetupState,
  type Charge,
  type ChargeRef,
  type ChargeState,
  type Dispute,
  GatewayTimeout,
  GatewayUnavailable,
  type HostedCharge,
  invalidCardToken,
  type PaymentAction,
  type PaymentGateway,
  type Payout,
  type Refund,
  type RefundState,
  type Webhook,
  wrongWebhookSignature,
} from '../../../src/kernel/payment-gateway.js';
import { type Clock, MINUTE, plus } from '../../../src/kernel/clock.js';

const GOOD_TOKEN = /^tok_([a-z]+)_(\d{4})$/;
const SPECIAL = new Set([
  'tok_expired',
  'tok_declined',
  'tok_slow',
  'tok_timeout',
  'tok_unavailable',
  'tok_action',
  'tok_refund_refused',
]);

type FakeCharge = Readonly<{
  key: string;
  token: string | null;
  amount: number;
  currency: string;
  outcome: 'captured' | 'declined' | 'actionRequired' | 'cancelled';
  reason: string | null;
  expiresAt: Date;
}>;
type FakeRefund = Readonly<{
  key: string;
  chargeKey: string;
  amount: number;
  outcome: 'succeeded' | 'failed';
}>;

const sameRequest = (isSame: boolean): void => {
  if (!isSame) throw new Error('a key of the payment gateway was used for two different requests');
};

/** The tokens and the contract of the sandbox gateway, in memory and without delays. */
export class FakePaymentGateway implements PaymentGateway {
  readonly name = 'sandbox';
  readonly charges = new Map<string, FakeCharge>();
  readonly refunds = new Map<string, FakeRefund>();
  readonly cardSetups = new Map<string, Readonly<{ expiresAt: Date; token: string | null }>>();
  readonly detached: string[] = [];
  /** Set by a test; the fake adds none. */
  payouts: readonly Payout[] = [];
  disputes: readonly Dispute[] = [];
  /** Thrown by the next call, once. */
  failure: Error | undefined;
  constructor(private readonly clock: Clock) {}

  async describe(token: string): Promise<CardDescription> {
    await this.#reach(token);
    const [, brand = 'visa', last4 = '0000'] = GOOD_TOKEN.exec(token) ?? [];
    const year = this.clock.now().getUTCFullYear();
    const expYear = token === 'tok_expired' ? year - 1 : year + 3;
    return { brand, last4, expMonth: 12, expYear, fingerprint: Buffer.from(token).toString('base64url') };
  }

  prepare(): Promise<Readonly<{ reference: null }>> {
    return Promise.resolve({ reference: null });
  }

  async confirm(charge: Charge): Promise<ChargeState> {
    await this.#reach(charge.token);
    const { key, token, amount, currency, returnUrl } = charge;
    const [outcome, reason] = ['tok_declined', 'tok_expired'].includes(token)
      ? (['declined', token === 'tok_declined' ? 'card_declined' : 'expired_card'] as const)
      : token !== 'tok_action'
        ? (['captured', null] as const)
        : returnUrl === null
          ? (['declined', 'authentication_required'] as const)
          : (['actionRequired', null] as const);
    const made = { key, token, amount, currency, outcome, reason, expiresAt: this.#inHalfAnHour() };
    const stored = this.#store(made);
    sameRequest(stored.outcome === 'cancelled' || stored.token === token);
    if (token === 'tok_timeout') throw new GatewayTimeout();
    return this.#stateOf(key);
  }

  async prepareHosted(charge: HostedCharge): Promise<Readonly<{ reference: null; action: PaymentAction }>> {
    await this.#turn();
    const { key, amount, currency } = charge;
    const expiresAt = this.#inHalfAnHour();
    const made = { key, token: null, amount, currency, reason: null, expiresAt };
    return { reference: null, action: this.#actionOf(this.#store({ ...made, outcome: 'actionRequired' })) };
  }

  async find({ key }: ChargeRef): Promise<ChargeState> {
    await this.#turn();
    const charge = this.charges.get(key);
    if (charge?.outcome === 'actionRequired' && charge.expiresAt <= this.clock.now())
      this.charges.set(key, { ...charge, outcome: 'cancelled' });
    return this.#stateOf(key);
  }

  async cancel({ key }: ChargeRef): Promise<ChargeState> {
    await this.#turn();
    const unreceived = { key, token: null, amount: 0, currency: '', reason: null, expiresAt: new Date(0) };
    const charge = this.charges.get(key) ?? unreceived;
    if (!('outcome' in charge) || charge.outcome === 'actionRequired')
      this.charges.set(key, { ...charge, outcome: 'cancelled' });
    return this.#stateOf(key);
  }

  async refund(refund: Refund): Promise<Readonly<{ status: RefundState; reference: null }>> {
    await this.#turn();
    const { key, amount } = refund;
    const { key: chargeKey } = refund.charge;
    const earlier = this.refunds.get(key);
    if (earlier !== undefined) {
      sameRequest(earlier.chargeKey === chargeKey && earlier.amount === amount);
      return { status: earlier.outcome, reference: null };
    }
    const charge = this.charges.get(chargeKey);
    const refunded = [...this.refunds.values()]
      .filter((other) => other.chargeKey === chargeKey && other.outcome === 'succeeded')
      .reduce((sum, other) => sum + other.amount, 0);
    const isAccepted = charge?.outcome === 'captured' && charge.token !== 'tok_refund_refused';
    const outcome = isAccepted && refunded + amount <= charge.amount ? 'succeeded' : 'failed';
    this.refunds.set(key, { key, chargeKey, amount, outcome });
    return { status: outcome, reference: null };
  }

  async findRefund({ key }: Readonly<{ key: string }>): Promise<RefundState> {
    await this.#turn();
    return this.refunds.get(key)?.outcome ?? 'unknown';
  }

  async detach(token: string): Promise<void> {
    await this.#turn();
    this.detached.push(token);
  }

  async prepareCardSetup({ key }: Readonly<{ key: string; returnUrl: string }>) {
    await this.#turn();
    const setup = this.cardSetups.get(key) ?? { expiresAt: this.#inHalfAnHour(), token: null };
    this.cardSetups.set(key, setup);
    return { reference: key, url: `https://gateway.test/cards/${key}`, expiresAt: setup.expiresAt };
  }

  async findCardSetup(reference: string): Promise<CardSetupState> {
    await this.#turn();
    const setup = this.cardSetups.get(reference);
    if (typeof setup?.token === 'string') return { status: 'saved', token: setup.token };
    return { status: setup !== undefined && setup.expiresAt > this.clock.now() ? 'open' : 'expired' };
  }

  /** Accepts a body of the form `Webhook` with the signature `good`. */
  readWebhook({ body, signature }: Readonly<{ body: Buffer; signature: string | undefined }>): Webhook {
    if (signature !== 'good') throw wrongWebhookSignature();
    return JSON.parse(body.toString()) as Webhook;
  }

  listPayouts = ({ after, limit }: Readonly<{ after: string | null; limit: number }>) =>
    Promise.resolve(pageOf(this.payouts, after, limit));
  findPayout = (id: string) => Promise.resolve(this.payouts.find((payout) => payout.id === id));
  listDisputes = ({ after, limit }: Readonly<{ after: string | null; limit: number }>) =>
    Promise.resolve(pageOf(this.disputes, after, limit));
  findDispute = (id: string) => Promise.resolve(this.disputes.find((dispute) => dispute.id === id));
  check = () => Promise.resolve('ok' as const);

  /** The payer confirms or refuses the payment. Changes nothing when it does not wait for the payer. */
  finishAction(key: string, outcome: 'completed' | 'refused'): void {
    const charge = this.charges.get(key);
    if (charge?.outcome !== 'actionRequired' || charge.expiresAt <= this.clock.now()) return;
    const finished =
      outcome === 'completed'
        ? ({ outcome: 'captured', reason: null } as const)
        : ({ outcome: 'declined', reason: 'authentication_failed' } as const);
    this.charges.set(key, { ...charge, token: charge.token ?? 'tok_visa_4242', ...finished });
  }

  /** The member saves a card on the gateway's page. */
  finishCardSetup(reference: string, token: string): void {
    const setup = this.cardSetups.get(reference);
    if (setup !== undefined) this.cardSetups.set(reference, { ...setup, token });
  }

  #store(made: FakeCharge): FakeCharge {
    const stored = this.charges.get(made.key) ?? made;
    const isSame = stored.amount === made.amount && stored.currency === made.currency;
    sameRequest(isSame || stored.outcome === 'cancelled');
    this.charges.set(made.key, stored);
    return stored;
  }

  #stateOf(key: string): ChargeState {
    const charge = this.charges.get(key);
    switch (charge?.outcome) {
      case 'captured':
        return { status: 'captured', cardLast4: GOOD_TOKEN.exec(charge.token ?? '')?.[2] ?? '0000' };
      case 'declined':
        return { status: 'declined', reason: charge.reason ?? 'card_declined' };
      case 'actionRequired':
        return { status: 'actionRequired', action: this.#actionOf(charge) };
      case 'cancelled':
      case undefined:
        return { status: 'unknown' };
    }
  }

  #actionOf({ key, expiresAt }: FakeCharge): PaymentAction {
    return { type: 'redirect', url: `https://gateway.test/payments/${key}`, expiresAt };
  }

  #inHalfAnHour(): Date {
    return plus(this.clock.now(), 30 * MINUTE);
  }

  async #reach(token: string): Promise<void> {
    await this.#turn();
    if (token === 'tok_unavailable') throw new GatewayUnavailable();
    if (!SPECIAL.has(token) && !GOOD_TOKEN.test(token)) throw invalidCardToken();
  }

  async #turn(): Promise<void> {
    await Promise.resolve();
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }
}

/** As the port pages: the newest `limit` items, or those after an id; oldest first. */
function pageOf<Item extends { id: string }>(items: readonly Item[], after: string | null, limit: number) {
  if (after === null) return items.slice(Math.max(0, items.length - limit));
  const start = items.findIndex(({ id }) => id === after) + 1;
  return items.slice(start, start + limit);
}
