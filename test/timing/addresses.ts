/**
 * Does a sign-in with an unknown address take the same time as one with a known address and a wrong password, and a
 * registration of an unknown address the same as that of a known one?
 * Run by `npm run timing`, apart from the tests: it wants a quiet machine. Pairs of both kinds, interleaved in a random
 * order, over HTTP; then the rank test of Mann and Whitney (1947). Prints the seed, p and both medians; exit code 1 when p
 * is below 0.01, which a fair server reaches once in a hundred runs.
 */
import { mochaGlobalTeardown } from '../support/postgres.js';
import { freshAddress, makeUser, PASSWORD, startTestPraxis } from '../support/praxis.js';

const PAIRS = Number(process.env['PAIRS'] ?? 400);
const WARM_UP = 40;
const SIGNIFICANT = 0.01;

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  const sum = series.reduceRight((rest, coefficient) => t * (coefficient + rest), 0);
  return sum * Math.exp(-x * x);
}

/** Two-sided p, by the normal approximation; ties share their mean rank. */
function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, first: true })), ...b.map((value) => ({ value, first: false }))];
  all.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    const rank = (start + end + 1) / 2;
    for (const { first } of all.slice(start, end)) if (first) rankSum += rank;
    start = end;
  }
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const mean = (a.length * b.length) / 2;
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  return normalTail((u - mean) / deviation);
}

const median = (values: readonly number[]): number =>
  [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)] ?? Number.NaN;

/** What is asked with an address, and the status that says nothing about it. */
type Question = Readonly<{ path: string; status: number; body: (email: string) => object }>;
const QUESTIONS: Readonly<Record<string, Question>> = {
  'sign-in': {
    path: '/v1/sessions',
    status: 401,
    body: (email) => ({ email, password: `not ${PASSWORD}` }),
  },
  registration: {
    path: '/v1/registrations',
    status: 202,
    body: (email) => ({ email, password: PASSWORD, fullName: 'Mia Member' }),
  },
};

async function measure(name: string, { path, status, body }: Question): Promise<void> {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  const random = randomFrom(seed);
  const praxis = await startTestPraxis({ LOG_LEVEL: 'silent' });
  const { email } = await makeUser(praxis);
  const attempt = async (address: string): Promise<number> => {
    const startedAt = performance.now();
    const response = await fetch(praxis.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body(address)),
    });
    await response.text();
    if (response.status !== status) throw new Error(`answered ${String(response.status)}`);
    return performance.now() - startedAt;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  // Of one length, so that not even the size of the request differs.
  const stranger = (): string => freshAddress('member').padStart(email.length, 'm').slice(-email.length);
  for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
    const sides = [
      async () => known.push(await attempt(email)),
      async () => unknown.push(await attempt(stranger())),
    ];
    if (random() < 0.5) sides.reverse();
    for (const side of sides) await side();
    if (pair === -1) known.length = unknown.length = 0;
  }
  await praxis.stop();
  const p = mannWhitney(known, unknown);
  console.log(
    JSON.stringify({
      what: name,
      seed,
      pairs: PAIRS,
      p: Number(p.toPrecision(3)),
      medianKnownMs: Number(median(known).toFixed(3)),
      medianUnknownMs: Number(median(unknown).toFixed(3)),
    }),
  );
  if (p < SIGNIFICANT) process.exitCode = 1;
}

for (const [name, question] of Object.entries(QUESTIONS)) await measure(name, question);
await mochaGlobalTeardown();
