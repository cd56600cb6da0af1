/**
 * The source of a hash. `isKnown`: the user is signed in, or signed in from this device before. Known sources do not wait
 * behind unknown ones.
 */
export type HashRequester = Readonly<{ ip: string; isKnown: boolean }>;

/** Slow on purpose, and fair between sources. busy `unavailable` with `retryAfterSeconds` if the queue is full. */
export interface Passwords {
  hash(password: string, requester: HashRequester): Promise<string>;
  /** Without a hash it takes the same time and returns false. */
  verify(password: string, hash: string | null, requester: HashRequester): Promise<boolean>;
  /** Whether the hash was made with other parameters than the current ones. */
  needsRehash(hash: string): boolean;
}

export interface PasswordStrength {
  /**
   * Estimates the guesses that an attacker needs who knows `words` and the common passwords. Loads its dictionaries at
   * the first call.
   */
  load(): Promise<(password: string, words: readonly string[]) => number>;
}
