/**
 * The only way to the writing ports: they exist inside the work's function and nowhere else.
 * What is asked for inside is carried out in the order it was asked for, so it may be asked for at once (`inOrder`).
 * Throwing rolls everything back; nothing slow (hashing, network, mail) belongs inside.
 */
export interface UnitOfWork<Ports> {
  /**
   * One transaction around `work`. Called inside another unit of work it joins that one.
   * Under an Idempotency-Key the commit also carries the answer, so it happens when the answer is known:
   * a use case therefore ends with `run` and does nothing slow after it.
   */
  run<Result>(work: (ports: Ports) => Promise<Result>): Promise<Result>;

  /**
   * A transaction of its own that commits at once, whatever becomes of the use case afterwards:
   * a counted attempt, a logged failure, an order before its card is charged.
   */
  runInNewTransaction<Result>(work: (ports: Ports) => Promise<Result>): Promise<Result>;
}
