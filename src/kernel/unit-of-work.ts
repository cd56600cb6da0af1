/**
 * Runs a use case's writes in one transaction. Writing ports exist only inside the `work` function.
 * A `work` that throws is rolled back. Nothing slow (hashing, network calls, mail) belongs inside `work`.
 */
export interface UnitOfWork<Ports> {
  /**
   * Runs `work` in one transaction; inside another unit of work it joins that transaction.
   * In a request with an Idempotency-Key the transaction commits together with the stored response, after the use case
   * has returned. A use case therefore ends with `run` and does nothing slow after it.
   */
  run<Result>(work: (ports: Ports) => Promise<Result>): Promise<Result>;

  /**
   * Runs `work` in a new transaction that commits before this method returns, whatever the use case does afterwards.
   * Used for a counted attempt, a logged failure, an order before its card is charged.
   */
  runInNewTransaction<Result>(work: (ports: Ports) => Promise<Result>): Promise<Result>;
}
