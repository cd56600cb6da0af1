import { DomainError } from '../../kernel/errors.js';

/** Lets `concurrency` tasks run at once and `maxWaiting` wait; more than that are turned away. */
export interface HashQueue {
  /** busy `unavailable` with `retryAfterSeconds` when the queue is full. */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
}

export function makeHashQueue(
  options: Readonly<{ concurrency: number; maxWaiting: number; retryAfterSeconds: number }>,
): HashQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function enter(): Promise<void> {
    if (running < options.concurrency) {
      running += 1;
      return;
    }
    if (waiting.length >= options.maxWaiting)
      throw new DomainError('busy', 'unavailable', 'Too many people are signing in right now; try again.', {
        retryAfterSeconds: options.retryAfterSeconds,
      });
    await new Promise<void>((resolve) => waiting.push(resolve)); // whoever leaves hands its place over
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return {
    async run(task) {
      await enter();
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
