import { DomainError } from '../../../src/kernel/errors.js';
import type { SignInThrottle } from '../../../src/identity/application/ports.js';

/** Lets `points` failures of one person from one place through. */
export class FakeSignInThrottle implements SignInThrottle {
  readonly taken = new Map<string, number>();
  constructor(private readonly points = 20) {}

  take(email: string, ip: string): Promise<void> {
    const taken = this.taken.get(`${ip} ${email}`) ?? 0;
    if (taken >= this.points)
      return Promise.reject(
        new DomainError('rate_limited', 'rate-limited', 'Later.', { retryAfterSeconds: 900 }),
      );
    this.taken.set(`${ip} ${email}`, taken + 1);
    return Promise.resolve();
  }
  giveBack(email: string, ip: string): Promise<void> {
    this.taken.set(`${ip} ${email}`, (this.taken.get(`${ip} ${email}`) ?? 1) - 1);
    return Promise.resolve();
  }
}
