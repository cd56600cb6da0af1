import { DomainError } from '../../kernel/errors.js';

/**
 * The source of a hash. `network` and `site` are those of `RateLimitKeys`. Trusted sources do not wait behind untrusted
 * ones.
 */
export type HashSource = Readonly<{ network: string; site: string; trusted: boolean }>;

/**
 * Runs at most `concurrency` tasks at once and lets `maxWaiting` wait. Turns alternate between trusted and untrusted
 * sources, then between sites, then between the networks of a site. One place is never used by untrusted sources
 * together, nor by a single site.
 */
export interface HashQueue {
  /**
   * busy `unavailable` with `retryAfterSeconds` when the queue is full. Rejects the newest task of the site with the
   * most waiting tasks, so that a flood from one site does not displace others.
   */
  run<Result>(source: HashSource, task: () => Promise<Result>): Promise<Result>;
}

type Waiting = Readonly<{ source: HashSource; start: () => void; turnAway: (error: DomainError) => void }>;

/** The most sources that are remembered; they take about 1 MB. */
const MAX_TURNS = 10_000;

/**
 * The order in which keys were last served, kept while there are tasks. The key with the smallest number is served
 * next.
 */
class Turns {
  readonly #servedAt = new Map<string, number>();
  #turn = 0;

  /** 0 for a key that was never served, which comes first; otherwise smaller the longer ago it was served. */
  of(key: string): number {
    return this.#servedAt.get(key) ?? 0;
  }
  serve(...keys: readonly string[]): void {
    this.#turn += 1;
    if (this.#servedAt.size > MAX_TURNS) this.#servedAt.clear();
    for (const key of keys) this.#servedAt.set(key, this.#turn);
  }
  clear(): void {
    this.#servedAt.clear();
  }
}

export function makeHashQueue(
  options: Readonly<{ concurrency: number; maxWaiting: number; retryAfterSeconds: number }>,
): HashQueue {
  const { concurrency, maxWaiting, retryAfterSeconds } = options;
  const shareOfStrangers = Math.max(1, concurrency - 1);
  const shareOfSite = Math.max(1, concurrency - 1);
  const waiting: Waiting[] = [];
  const running: HashSource[] = [];
  const turns = new Turns();
  let strangersNext = false;

  const full = (): DomainError =>
    new DomainError('busy', 'unavailable', 'Too many people are signing in right now; try again.', {
      retryAfterSeconds,
    });

  const fits = ({ site, trusted }: HashSource): boolean =>
    running.length < concurrency &&
    running.filter((other) => other.site === site).length < shareOfSite &&
    (trusted || running.filter((other) => !other.trusted).length < shareOfStrangers);

  /** The task whose turn it is among those that fit; the array is in order of arrival. */
  function next(): Waiting | undefined {
    let chosen: Waiting | undefined;
    const rank = ({ source }: Waiting): readonly number[] => [
      source.trusted === strangersNext ? 1 : 0,
      turns.of(source.site),
      turns.of(source.network),
    ];
    for (const candidate of waiting) {
      if (!fits(candidate.source)) continue;
      if (chosen === undefined || isBefore(rank(candidate), rank(chosen))) chosen = candidate;
    }
    return chosen;
  }

  function startNext(): void {
    for (let task = next(); task !== undefined; task = next()) {
      waiting.splice(waiting.indexOf(task), 1);
      start(task);
    }
    if (waiting.length + running.length === 0) turns.clear();
  }

  function start({ source, start: run }: Pick<Waiting, 'source' | 'start'>): void {
    running.push(source);
    turns.serve(source.site, source.network);
    strangersNext = source.trusted;
    run();
  }

  /** The newest task of the site with the most waiting tasks; untrusted sources before trusted ones. */
  function mostWaiting(): Waiting | undefined {
    const counts = new Map<string, number>();
    for (const { source } of waiting) counts.set(source.site, (counts.get(source.site) ?? 0) + 1);
    const weight = ({ source }: Waiting): readonly number[] => [
      -(counts.get(source.site) ?? 0),
      source.trusted ? 1 : 0,
    ];
    let chosen: Waiting | undefined;
    for (const candidate of waiting.toReversed())
      if (chosen === undefined || isBefore(weight(candidate), weight(chosen))) chosen = candidate;
    return chosen;
  }

  function admit(task: Waiting): void {
    waiting.push(task);
    startNext();
    if (waiting.length <= maxWaiting) return;
    const surplus = mostWaiting();
    if (surplus === undefined) return;
    waiting.splice(waiting.indexOf(surplus), 1);
    surplus.turnAway(full());
  }

  return {
    async run(source, task) {
      await new Promise<void>((resolve, reject) => {
        admit({ source, start: resolve, turnAway: reject });
      });
      try {
        return await task();
      } finally {
        running.splice(running.indexOf(source), 1);
        startNext();
      }
    },
  };
}

/** Compares element by element. */
function isBefore(a: readonly number[], b: readonly number[]): boolean {
  for (const [at, value] of a.entries()) if (value !== b[at]) return value < (b[at] ?? 0);
  return false;
}
