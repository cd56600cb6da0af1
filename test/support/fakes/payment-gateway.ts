import {
  type CardDescription,
  type Charge,
  type ChargeOutcome,
  GatewayTimeout,
  GatewayUnavailable,
  invalidCardToken,
  type PaymentGateway,
  type Refund,
  type RefundOutcome,
} from '../../../src/kernel/payment-gateway.js';
import type { Clock } from '../../../src/kernel/clock.js';

const GOOD_TOKEN = /^tok_([a-z]+)_(\d{4})$/;
const SPECIAL = new Set(['tok_expired', 'tok_declined', 'tok_slow', 'tok_timeout', 'tok_unavailable']);

/** The tokens and the contract of the sandbox gateway, in memory and without delays. */
export class FakePaymentGateway implements PaymentGateway {
  readonly charges = new Map<string, Charge & { outcome: ChargeOutcome }>();
  readonly refunds = new Map<string, Refund & { outcome: RefundOutcome }>();
  readonly detached: string[] = [];
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

  async charge(charge: Charge): Promise<Readonly<{ outcome: ChargeOutcome }>> {
    await this.#reach(charge.token);
    const outcome = ['tok_declined', 'tok_expired'].includes(charge.token) ? 'declined' : 'captured';
    const booked = this.charges.get(charge.key) ?? { ...charge, outcome };
    const { token, amount, currency } = booked;
    if (token !== charge.token || amount !== charge.amount || currency !== charge.currency)
      throw new Error('a key of the payment gateway was used for two different requests');
    this.charges.set(charge.key, booked);
    if (charge.token === 'tok_timeout') throw new GatewayTimeout();
    return { outcome: booked.outcome };
  }

  async find(key: string): Promise<ChargeOutcome | 'unknown'> {
    await this.#turn();
    return this.charges.get(key)?.outcome ?? 'unknown';
  }

  async refund(refund: Refund): Promise<RefundOutcome> {
    await this.#turn();
    const earlier = this.refunds.get(refund.key);
    if (earlier !== undefined) {
      if (earlier.chargeKey !== refund.chargeKey || earlier.amount !== refund.amount)
        throw new Error('a key of the payment gateway was used for two different requests');
      return earlier.outcome;
    }
    const charge = this.charges.get(refund.chargeKey);
    const refunded = [...this.refunds.values()]
      .filter(({ chargeKey, outcome }) => chargeKey === refund.chargeKey && outcome === 'succeeded')
      .reduce((sum, { amount }) => sum + amount, 0);
    const covered = charge?.outcome === 'captured' && refunded + refund.amount <= charge.amount;
    const outcome = covered ? 'succeeded' : 'failed';
    this.refunds.set(refund.key, { ...refund, outcome });
    return outcome;
  }

  async findRefund(key: string): Promise<RefundOutcome | 'unknown'> {
    await this.#turn();
    return this.refunds.get(key)?.outcome ?? 'unknown';
  }

  async detach(token: string): Promise<void> {
    await this.#turn();
    this.detached.push(token);
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
