import { expect } from 'chai';
import { DAY, HOUR, plus } from '../../src/kernel/clock.js';
import type { Report } from '../../src/cash/application/report-points.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { makeInMemoryCash } from '../support/in-memory/cash.js';
import { aFile, genericCsv } from '../support/statements.js';
import { eur, seedAccounts, useCasesOver, type Adapters, type CashWorld, type Furniture } from './world.js';

const SEED = 20_261_025;
const createdBy = null;

/** A seeded generator (mulberry32), so that both universes get the same numbers. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Instants at which an error of an hour changes a report: the ends of days and months in Berlin, also of days with 23
 * and 25 hours.
 */
const EDGES = [
  '2026-02-28T23:00:00Z',
  '2026-03-28T23:00:00Z',
  '2026-03-29T22:00:00Z',
  '2026-03-31T22:00:00Z',
  '2026-10-24T22:00:00Z',
  '2026-10-25T23:00:00Z',
  '2026-10-31T23:00:00Z',
].map((text) => new Date(text));

/**
 * Writes the same books in each universe: income of every origin, its refunds, reversals, transfers, expenses,
 * matched lines.
 */
async function keepBooks(cash: CashWorld, clock: FakeClock): Promise<Furniture> {
  const random = makeRandom(SEED);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const furniture = await seedAccounts(cash);
  const { unallocated, drawer, rent, income, expense, origin } = furniture;
  const post = (sourceAccountId: string, targetAccountId: string, amount: number, effectiveAt: Date) =>
    cash.postTransaction({ sourceAccountId, targetAccountId, amount: eur(amount), effectiveAt, createdBy });
  await post(origin, unallocated, 1_000_000, new Date('2026-01-05T09:00:00Z'));
  await post(origin, drawer, 500_000, new Date('2026-01-05T09:00:00Z'));
  for (let n = 0; n < 60; n += 1) {
    const effectiveAt = plus(pick(EDGES), pick([-1, 0, 1, HOUR, -HOUR, 3 * DAY]));
    const amount = 100 + Math.floor(random() * 900);
    const kind = n % 6;
    if (kind === 0) await post(unallocated, pick([rent, drawer]), amount, effectiveAt);
    else if (kind === 1) await post(pick([unallocated, drawer]), expense, amount, effectiveAt);
    else if (kind === 2) {
      const { id } = await post(income, unallocated, amount, effectiveAt);
      if (random() < 0.5) await cash.reverseTransaction({ id, date: 'original', createdBy });
    } else {
      const type = pick(['order', 'appointment', 'gift']);
      const till = pick([unallocated, drawer]);
      const settle = (from: string, to: string, of: number, at: Date, event: string) =>
        cash.withLedger((ledger) =>
          ledger.post({
            ...{ from, to, amount: of, currency: 'EUR', effectiveAt: at },
            origin: { type, id: `${n}`, event },
          }),
        );
      await settle(income, till, amount, effectiveAt, 'payment:1');
      const then = pick(['part', 'all', 'nothing']);
      if (then === 'part') await settle(till, income, 50, clock.now(), 'refund:1');
      if (then === 'all') await settle(till, income, amount, pick([effectiveAt, clock.now()]), 'refund:1');
    }
  }
  await cash.importBankLines({
    realAccountId: furniture.bank.id,
    profile: 'generic',
    file: aFile(
      genericCsv(
        [
          '2026-03-28',
          '2026-03-29',
          '2026-03-30',
          '2026-10-24',
          '2026-10-25',
          '2026-10-26',
          '2026-11-20',
        ].map((date, n) => ({ date, amount: n % 2 === 0 ? '10.00' : '-7.00' })),
      ),
    ),
    dryRun: false,
    importedBy: null,
  });
  const lines = (await cash.viewBankStatement({ realAccountId: furniture.bank.id })).lines;
  for (const line of lines.filter((_, n) => n % 3 !== 1)) {
    const { id } =
      line.amount > 0
        ? await post(income, unallocated, line.amount, clock.now())
        : await post(unallocated, expense, -line.amount, clock.now());
    clock.advance(7 * HOUR);
    const match = await cash.matchBankLine({ bankLineId: line.id, transactionIds: [id], matchedBy: null });
    if (line.bookedOn === '2026-03-28') {
      clock.advance(2 * DAY);
      await cash.unmatchBankLine({ bankLineId: line.id, matchId: match.id, removedBy: null });
    }
  }
  return furniture;
}

describe('reports', () => {
  let postgres: OnPostgres<Adapters>;
  let pairs: { cash: CashWorld; furniture: Furniture; now: Date }[];
  before(async () => {
    postgres = await openOnPostgres<Adapters>();
    pairs = [];
    for (const [adapters, prefix] of [
      [makeInMemoryCash(), '01930000'],
      [postgres.cradle, '01950000'],
    ] as const) {
      const clock = new FakeClock();
      const cash = useCasesOver(adapters, { clock, ids: new FakeIds(prefix) });
      pairs.push({ cash, furniture: await keepBooks(cash, clock), now: clock.now() });
    }
  });
  after(() => postgres.close());

  type Asked = { from?: Date | string; to?: Date | string };
  const RANGES: readonly Asked[] = [
    {},
    { from: '2026-01-01', to: '2027-01-01' },
    { from: '2026-03-28', to: '2026-04-02' },
    { from: '2026-10-24', to: '2026-11-01' },
    { from: new Date('2026-10-25T00:30:00Z'), to: new Date('2026-10-25T23:00:00.001Z') },
    { from: '2026-02-28', to: '2026-11-25' },
  ];
  const both = async (ask: (world: (typeof pairs)[number]) => Promise<Report>): Promise<Report> => {
    const [memory, sql] = [await ask(pairs[0]!), await ask(pairs[1]!)];
    expect(sql, `seed ${SEED}`).to.deep.equal(memory);
    return sql;
  };
  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

  for (const range of RANGES) {
    const name = `${String(range.from ?? 'a year ago')} to ${String(range.to ?? 'now')}`;
    it(`have the same sums by SQL as in memory: ${name}`, async () => {
      const flow = await both(({ cash }) => cash.reportCashFlow(range));
      await both(({ cash }) => cash.reportIncomeByOrigin(range));
      for (const interval of ['month', 'day'] as const) {
        if (interval === 'day' && (range.from === undefined || range.to === '2027-01-01')) continue;
        const stocks = await both(({ cash }) => cash.reportBalances({ ...range, interval }));
        const changes = stocks.series.map(({ amounts }) => amounts.at(-1)! - amounts[0]!);
        // The sum of `in` and `out` is the change of the balances.
        expect(sumOf(changes)).to.equal(sumOf(flow.series.flatMap(({ amounts }) => amounts)));
        await both(({ cash, furniture }) =>
          cash.reportBalances({ ...range, interval, realAccountId: furniture.bank.id }),
        );
        await both(({ cash }) => cash.reportUnreconciled({ ...range, interval }));
        await both(({ cash, furniture }) =>
          cash.reportUnreconciled({ ...range, interval, realAccountId: furniture.desk.id }),
        );
      }
    });
  }

  it('begin days and months at midnight in Berlin', async () => {
    const { at } = await pairs[1]!.cash.reportBalances({
      from: '2026-10-24',
      to: '2026-10-27',
      interval: 'day',
    });
    expect(at.map((instant) => instant.toISOString())).to.deep.equal([
      '2026-10-23T22:00:00.000Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
      '2026-10-26T23:00:00.000Z',
    ]);
    const { at: months } = await pairs[1]!.cash.reportCashFlow({
      from: '2026-03-01',
      to: '2026-04-15',
    });
    expect(months.map((instant) => instant.toISOString())).to.deep.equal([
      '2026-02-28T23:00:00.000Z',
      '2026-03-31T22:00:00.000Z',
    ]);
  });

  it('count unmatched lines by their age at each point in time', async () => {
    const { series } = await both(({ cash }) =>
      cash.reportUnreconciled({ from: '2026-10-31', to: '2026-11-02', interval: 'day' }),
    );
    expect(series.map(({ name }) => name)).to.deep.equal([
      '0-7 days',
      '8-30 days',
      '31-90 days',
      'over 90 days',
    ]);
    const total = series.map(({ amounts }) => amounts[0]!);
    // Nothing was matched before the middle of November: three lines of March, three of October.
    expect([sumOf(total), total[0], total[3]]).to.deep.equal([5_100, 2_400, 2_700]);
  });
});
