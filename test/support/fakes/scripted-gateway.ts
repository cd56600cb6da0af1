import {
  GatewayTimeout,
  type Charge,
  type ChargeRef,
  type ChargeState,
  type PaymentGateway,
  type Refund,
} from '../../../src/kernel/payment-gateway.js';

type Outcome = 'captured' | 'declined';

const stateOf = (outcome: Outcome | undefined): ChargeState => {
  if (outcome === undefined) return { status: 'unknown' };
  return outcome === 'captured'
    ? { status: outcome, cardLast4: '4242' }
    : { status: outcome, reason: 'card_declined' };
};

const unused = (): Promise<never> => Promise.reject(new Error('the scripted gateway does not do this'));

/** A gateway whose outcomes the test sets. It remembers charges by key, as a real gateway does. */
export class ScriptedGateway implements PaymentGateway {
  readonly name = 'sandbox';
  /** The outcome of the next charges. inDoubt: charged, without an answer. lost: never received, without an answer. */
  next: Outcome | 'inDoubt' | 'lost' = 'captured';
  /** The outcome of the next refunds. */
  nextRefund: 'succeeded' | 'failed' | 'inDoubt' = 'succeeded';
  /** Thrown by the next charges. */
  failure: Error | undefined;
  /** Thrown by everything that asks for a state. */
  unreachable: Error | undefined;
  /** Runs during each charge. */
  meanwhile: () => Promise<void> = () => Promise.resolve();
  readonly charges = new Map<string, Readonly<{ outcome: Outcome; amount: number; currency: string }>>();
  readonly refunds = new Map<string, Readonly<{ chargeKey: string; amount: number }>>();

  prepare(): Promise<Readonly<{ reference: string | null }>> {
    return Promise.resolve({ reference: null });
  }
  async confirm({ key, amount, currency }: Charge & ChargeRef): Promise<ChargeState> {
    await this.meanwhile();
    if (this.failure !== undefined) throw this.failure;
    if (this.next === 'lost') throw new GatewayTimeout();
    const outcome = this.next === 'inDoubt' ? 'captured' : this.next;
    if (!this.charges.has(key)) this.charges.set(key, { outcome, amount, currency });
    if (this.next === 'inDoubt') throw new GatewayTimeout();
    return stateOf(this.charges.get(key)?.outcome);
  }
  async find({ key }: ChargeRef): Promise<ChargeState> {
    await Promise.resolve();
    if (this.unreachable !== undefined) throw this.unreachable;
    return stateOf(this.charges.get(key)?.outcome);
  }
  cancel(charge: ChargeRef): Promise<ChargeState> {
    return this.find(charge);
  }
  async refund({ key, charge, amount }: Refund) {
    await Promise.resolve();
    if (this.nextRefund === 'inDoubt') throw new GatewayTimeout();
    if (this.nextRefund === 'succeeded') this.refunds.set(key, { chargeKey: charge.key, amount });
    return { status: this.nextRefund, reference: null };
  }
  describe = unused;
  prepareHosted = unused;
  findRefund = unused;
  detach = unused;
  prepareCardSetup = unused;
  findCardSetup = unused;
  listPayouts = unused;
  listDisputes = unused;
  findPayout = unused;
  findDispute = unused;
  check = () => Promise.resolve('ok' as const);
  readWebhook = (): never => {
    throw new Error('the scripted gateway sends no webhooks');
  };
}
