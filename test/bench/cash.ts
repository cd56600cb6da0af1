import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Sequelize } from 'sequelize';
import { DAY, plus } from '../../src/kernel/clock.js';
import type { Amount } from '../../src/cash/domain/amount.js';
import { balanceAfterOf } from '../../src/cash/domain/transaction.js';
import { writeStatement } from '../../src/cash/infrastructure/sequelize/write-statement.js';
import { eur, seedAccounts, type Adapters, type CashUseCases } from '../cash/world.js';
import { openOnPostgres } from '../support/container-on-postgres.js';
import { mochaGlobalTeardown } from '../support/postgres.js';
import { writeHistory } from './cash-history.js';

/** `tsx test/bench/cash.ts [million]`: measures the ledger as ratios within one run. Takes some minutes. */
const POSTINGS = Number(process.argv[2] ?? 1_000_000);
const ROUND_MS = 4_000;
const ROUNDS = 3;
const WORKERS = 8;

type Cradle = Adapters & CashUseCases & Readonly<{ sequelize: Sequelize }>;
const postgres = await openOnPostgres<Cradle>({}, { DATABASE_POOL_MAX: String(WORKERS) });
const pool = new pg.Pool({ connectionString: postgres.databaseUrl, max: WORKERS });
const { cradle } = postgres;

/** How often a second `work` completes in `workers` loops. */
async function rate(work: (worker: number) => Promise<unknown>, workers = WORKERS): Promise<number> {
  const startedMs = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      while (performance.now() - startedMs < ROUND_MS) {
        await work(worker);
        done += 1;
      }
    }),
  );
  return (done * 1_000) / (performance.now() - startedMs);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Measures both by turns, so that other load on the machine affects both alike. */
async function compare(
  what: string,
  [ours, reference]: readonly [(worker: number) => Promise<unknown>, (worker: number) => Promise<unknown>],
): Promise<void> {
  const rates: [number[], number[]] = [[], []];
  await ours(0);
  await reference(0);
  for (let round = 0; round < ROUNDS; round += 1) {
    rates[0].push(await rate(ours));
    rates[1].push(await rate(reference));
  }
  const [a, b] = rates.map(median) as [number, number];
  console.log(`${what}: ${(a / b).toFixed(2)}  (${a.toFixed(0)}/s to ${b.toFixed(0)}/s)`);
}

const furniture = await seedAccounts(cradle);
const envelopes: string[] = [];
for (let n = 0; n < 2 * WORKERS; n += 1) {
  const { id } = await cradle.openAccount({
    name: `E${n}`,
    realAccountId: furniture.bank.id,
    type: 'equity',
  });
  envelopes.push(id);
}

const post = (sourceAccountId: string, targetAccountId: string) =>
  cradle.postTransaction({ sourceAccountId, targetAccountId, amount: eur(1), createdBy: null });

/** Records the statement that locks the amounts of a posting, to send the same one without the application. */
async function recordLock(): Promise<{ name: string; text: string }> {
  const seen: { name: string; text: string }[] = [];
  const query = Reflect.get(pg.Client.prototype, 'query') as (this: pg.Client, ...args: unknown[]) => unknown;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [config] = args;
    if (typeof config === 'object' && config !== null && 'name' in config && 'text' in config)
      seen.push(config as { name: string; text: string });
    return query.apply(this, args);
  } as typeof pg.Client.prototype.query;
  await post(envelopes[0]!, envelopes[1]!);
  pg.Client.prototype.query = query as typeof pg.Client.prototype.query;
  const found = seen.find(({ name }) => name === 'cash_lock_to_post');
  if (found === undefined) throw new Error('no statement locked the amounts');
  return { name: found.name, text: found.text };
}
const lock = await recordLock();

type Locked = { position: number; id: string; amount: string; held: string; version: number; hot: boolean };
const amountOf = ({ id, amount, held, version, hot }: Locked, delta: number) =>
  ({
    id,
    amount: Number(amount) + delta,
    held: Number(held),
    version: version + Math.abs(delta),
    hot,
  }) as Amount;

/** The same begin, lock, write and commit by hand: no container, no use case, no repository, no checks. */
async function barePost(from: string, to: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<Locked>({
      ...lock,
      values: [
        [from, to],
        [null, null],
      ],
    });
    const [source, target] = [rows.find((r) => r.position === 1)!, rows.find((r) => r.position === 2)!];
    const at = new Date();
    const moved = [
      { before: amountOf(source, 0), after: amountOf(source, -1) },
      { before: amountOf(target, 0), after: amountOf(target, 1) },
    ] as const;
    const side = ({ before: { id: amountId } }: (typeof moved)[number]) => ({
      amountId,
      accountId: from,
      realAccountId: from,
    });
    const { statement, values } = writeStatement({
      entries: [
        {
          transaction: {
            id: randomUUID(),
            source: side(moved[0]),
            target: side(moved[1]),
            amount: 1,
            currency: 'EUR',
            description: null,
            effectiveAt: at,
            postedAt: at,
            reversalOf: null,
            refundOf: null,
            origin: null,
            batchId: null,
            payerId: null,
            createdBy: null,
          },
          source: balanceAfterOf(moved[0].after),
          target: balanceAfterOf(moved[1].after),
        },
      ],
      amounts: moved.filter(({ before }) => !before.hot),
    });
    await client.query({ ...statement, values: [...values] });
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

console.log(`${WORKERS} workers, median of ${ROUNDS} rounds of ${ROUND_MS / 1_000} s`);
const pair = (worker: number) => [envelopes[2 * worker]!, envelopes[2 * worker + 1]!] as const;
await compare('posting: use case and adapter to the same statements on the bare driver', [
  (worker) => post(...pair(worker)),
  (worker) => barePost(...pair(worker)),
]);

const bounded = await cradle.openAccount({
  name: 'Fees, bounded',
  realAccountId: furniture.world.id,
  type: 'income',
  floor: eur(-Number.MAX_SAFE_INTEGER),
});
await compare('hot income account: summed from a checkpoint to updated by every posting', [
  (worker) => post(furniture.income, envelopes[worker]!),
  (worker) => post(bounded.id, envelopes[worker]!),
]);
await compare('the same on the bare driver', [
  (worker) => barePost(furniture.income, envelopes[worker]!),
  (worker) => barePost(bounded.id, envelopes[worker]!),
]);

console.log(`\nwriting ${POSTINGS.toLocaleString('en')} postings over three years`);
const big = await writeHistory(postgres.ownerUrl, POSTINGS);
const p95 = (values: readonly number[]): string =>
  `${values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)]!.toFixed(1)} ms`;
async function time(what: string, work: (n: number) => Promise<unknown>, times = 60): Promise<void> {
  const durations: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startedMs = performance.now();
    await work(n);
    durations.push(performance.now() - startedMs);
  }
  console.log(`${what}: median ${median(durations).toFixed(1)} ms, p95 ${p95(durations)}`);
}
const daysAgo = (days: number) => plus(new Date(), -days * DAY);
const { listAmounts, listTransactions, viewBalance, viewStatement } = cradle;
for (const axis of ['effective', 'recorded'] as const) {
  const balance = (at: Date) => viewBalance({ scope: { accountId: big.accountId }, at, axis });
  await time(`balance within the last month, ${axis}`, (n) => balance(daysAgo(n / 2)));
  await time(`balance at any time of three years, ${axis}`, (n) => balance(daysAgo(n * 18)));
}
const day = (back: number) => ({ from: daysAgo(back + 1), to: daysAgo(back) });
await time('statement of a day, in the last month', (n) =>
  viewStatement({ scope: { accountId: big.accountId }, ...day(n / 2) }),
);
await time('statement of a day, any of three years', (n) =>
  viewStatement({ scope: { accountId: big.accountId }, ...day(n * 18) }),
);
await time('first page of its transactions', () =>
  listTransactions({ filter: { accountId: big.accountId }, page: { limit: 20 } }),
);
await time('first page of its transactions in a month two years ago', () =>
  listTransactions({
    filter: { accountId: big.accountId, from: daysAgo(760), to: daysAgo(730) },
    page: { limit: 20 },
  }),
);
await time('the amount and its balance', () =>
  listAmounts({ filter: { accountId: big.accountId }, page: { limit: 20 } }),
);

const client = new pg.Client({ connectionString: postgres.ownerUrl });
await client.connect();
const explain = async (what: string, sql: string, values: unknown[]) => {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${sql}`, values);
  console.log(`\n${what}\n${rows.map((row) => `  ${row['QUERY PLAN']}`).join('\n')}`);
};
await explain(
  'what has come since a time, the long part of a balance then (500 days ago)',
  `SELECT sum(p.delta) FROM cash_amounts a JOIN cash_postings p ON p.amount_id = a.id
   WHERE a.account_id = $1 AND p.effective_at > $2`,
  [big.accountId, daysAgo(500)],
);
await explain(
  'the lines of a statement (a day, 500 days ago)',
  `SELECT p.transaction_number, p.effective_at, sum(p.delta) FROM cash_amounts a JOIN cash_postings p ON p.amount_id = a.id
   WHERE a.account_id = $1 AND p.effective_at >= $2 AND p.effective_at < $3
   GROUP BY 1, 2 HAVING sum(p.delta) <> 0 ORDER BY 2, 1 LIMIT 10001`,
  [big.accountId, daysAgo(501), daysAgo(500)],
);
await client.end();
await pool.end();
await postgres.close();
await mochaGlobalTeardown();
