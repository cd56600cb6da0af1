import { DomainError } from '../../../src/kernel/errors.js';
import type { Admission, Client, SignInThrottle } from '../../../src/identity/application/ports.js';

/** Admits `points` failures for one account from one network. */
export class FakeSignInThrottle implements SignInThrottle {
  readonly taken = new Map<string, number>();
  constructor(private readonly points = 20) {}

  admit(email: string, { ip }: Client): Promise<Admission> {
    const key = `${ip} ${email}`;
    const taken = this.taken.get(key) ?? 0;
    if (taken >= this.points)
      return Promise.reject(
        new DomainError('rate_limited', 'rate-limited', 'Later.', { retryAfterSeconds: 900 }),
      );
    this.taken.set(key, taken + 1);
    const refund = (): Promise<void> => {
      this.taken.set(key, (this.taken.get(key) ?? 1) - 1);
      return Promise.resolve();
    };
    return Promise.resolve({
      isKnown: false,
      succeed: refund,
      withdraw: refund,
      fail: () => Promise.resolve(),
    });
  }
}
