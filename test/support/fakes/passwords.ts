import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Passwords, PasswordStrength } from '../../../src/identity/application/ports.js';
import { normalisePassword } from '../../../src/identity/domain/password.js';

/** "Hashes" without the work, and records the calls. */
export class FakePasswords implements Passwords {
  /** The hash of each verification; null for an unknown user. */
  readonly verified: (string | null)[] = [];
  /** Hashes of another scheme than this need a rehash. */
  scheme = 'fake';
  /** Thrown by the next call, once. */
  failure: Error | undefined;

  async hash(password: string): Promise<string> {
    await this.#turn();
    return `${this.scheme}:${normalisePassword(password)}`;
  }
  async verify(password: string, hash: string | null): Promise<boolean> {
    await this.#turn();
    this.verified.push(hash);
    return hash?.slice(hash.indexOf(':') + 1) === normalisePassword(password);
  }
  needsRehash(hash: string): boolean {
    return !hash.startsWith(`${this.scheme}:`);
  }

  async #turn(): Promise<void> {
    await nextTurn();
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }
}

export const fakePasswordStrength: PasswordStrength = {
  load: () => Promise.resolve((password) => (password.toLowerCase() === 'password1' ? 1 : 1e12)),
};
