/**
 * The Idempotency-Key of the current request, for use cases that need two transactions with a call to a far system
 * between them.
 */
export interface IdempotencyKey {
  /**
   * Reserves the key in the caller's transaction. From its commit on, retries are refused with `request-in-flight`
   * until the response is stored or the key is released. Returns the handle to release it by, or null for a request
   * without a key.
   * @param reference an id, never a secret; the route gets it when it has to answer a retry of a released key
   * @throws DomainError conflict `request-in-flight` when another request reserved the key first
   */
  reserve(reference: string): Promise<string | null>;
}

/** Releases reserved keys: used by jobs that finish what a crashed request left open. */
export interface IdempotencyKeys {
  /** Once the caller's transaction commits, a retry finds the reference of its key and answers from what it refers to. */
  release(handle: string): Promise<void>;
}
