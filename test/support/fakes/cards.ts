import { DomainError } from '../../../src/kernel/errors.js';
import type { CardCharges } from '../../../src/storefront/application/ports.js';

type Outcome = 'captured' | 'declined';

/** Cards and a gateway whose outcomes the test sets. It remembers charges by key, as a real gateway does. */
export class FakeCards implements CardCharges {
  /** The outcome of the next charges; `lost`: the charge never reaches the gateway and its outcome is in doubt. */
  next: Outcome | 'inDoubt' | 'refused' | 'lost' = 'captured';
  /** The outcome of the next refunds. */
  nextRefund: 'succeeded' | 'failed' | 'inDoubt' = 'succeeded';
  reachable = true;
  /** Makes `resolveCard` reject with `no-card`. */
  noCard = false;
  readonly charges = new Map<string, Readonly<{ outcome: Outcome; amount: number; currency: string }>>();
  readonly refunds = new Map<string, Readonly<{ chargeKey: string; amount: number }>>();
  readonly resolved: Readonly<{ userId: string; cardId: string | null }>[] = [];
  /** Runs during each charge. */
  meanwhile: () => Promise<void> = () => Promise.resolve();

  resolveCard(userId: string, cardId: string | null) {
    this.resolved.push({ userId, cardId });
    if (this.noCard) return Promise.reject(new DomainError('invalid', 'no-card', 'There is none.'));
    return Promise.resolve({ token: 'tok_visa_4242', last4: '4242' });
  }
  async charge({ key, amount, currency }: Readonly<{ key: string; amount: number; currency: string }>) {
    await this.meanwhile();
    const { next } = this;
    if (next === 'refused') return next;
    if (next === 'lost') return 'inDoubt' as const;
    const outcome = next === 'inDoubt' ? 'captured' : next;
    if (!this.charges.has(key)) this.charges.set(key, { outcome, amount, currency });
    return next;
  }
  outcomeOf(key: string) {
    if (!this.reachable) return Promise.resolve('unreachable' as const);
    return Promise.resolve(this.charges.get(key)?.outcome ?? ('unknown' as const));
  }
  refund({ key, chargeKey, amount }: Readonly<{ key: string; chargeKey: string; amount: number }>) {
    if (this.nextRefund === 'succeeded') this.refunds.set(key, { chargeKey, amount });
    return Promise.resolve(this.nextRefund);
  }
}
