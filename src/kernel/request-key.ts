/**
 * The Idempotency-Key of the request at work, for use cases that need two transactions with something slow between
 * them. The first holds the key, so that a retry hears "still running" even after a crash; the last one's commit, or
 * whoever settles the work later, lets go of it.
 */
export interface RequestKey {
  /**
   * Commits with the effect of the first transaction: until the answer is stored, or the key is settled, every retry
   * is told to wait. `reference` (an id, never a secret) is handed to the route when it has to answer a settled key.
   * The handle to settle it by; null for a request without a key.
   * @throws DomainError conflict `request-in-flight` when another request with the key was first
   */
  hold(reference: string): Promise<string | null>;
}

/** Lets retries of a held request be answered: used by the job that settles what a crash left undecided. */
export interface HeldRequests {
  settle(handle: string): Promise<void>;
}
