import { expect } from 'chai';
import { HOUR, MINUTE, plus } from '../../src/kernel/clock.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { FakeClock } from '../support/fakes/clock.js';
import { randomFrom } from '../races/cash-transfers.js';
import { eur, seedAccounts, type Adapters, type CashUseCases, type Furniture } from './world.js';

type Cradle = Adapters & CashUseCases;
type Move = Readonly<{ from: string; to: string; amount: number; effectiveAt: Date; postedAt: Date }>;

/** Instants around both of Berlin's clock changes of the year, to the millisecond, and the ends of months. */
const EDGES = [
  '2026-03-29T00:59:59.999Z',
  '2026-03-29T01:00:00.000Z',
  '2026-03-28T23:00:00.000Z',
  '2026-03-29T22:00:00.000Z',
  '2026-10-25T00:59:59.999Z',
  '2026-10-25T01:00:00.000Z',
  '2026-10-24T22:00:00.000Z',
  '2026-10-25T23:00:00.000Z',
  '2026-03-31T22:00:00.000Z',
  '2026-10-31T23:00:00.000Z',
].map((text) => new Date(text));

const MOVES = 150;
const QUESTIONS = 400;

describe('random backdating', function () {
  this.timeout(300_000);
  let postgres: OnPostgres<Cradle>;
  let furniture: Furniture;
  const clock = new FakeClock('2026-01-01T00:00:00.000Z');
  const moves: Move[] = [];
  let random: () => number;
  const below = (limit: number) => Math.floor(random() * limit);

  before(async () => {
    const seed = Number(process.env['CASH_SEED'] ?? Math.floor(Math.random() * 1e9));
    console.log(`      seed ${seed}`);
    random = randomFrom(seed);
    postgres = await openOnPostgres<Cradle>({ clock });
    const cash = postgres.cradle;
    furniture = await seedAccounts(cash);
    await Promise.all(
      [furniture.unallocated, furniture.rent, furniture.drawer].map((id) =>
        cash.changeAccount({ id, expectedVersion: null, floor: null }),
      ),
    );
    const { unallocated, rent, income, expense, drawer, origin } = furniture;
    const accounts = [unallocated, rent, income, expense, drawer, origin];
    const yearMs = 330 * 24 * HOUR;
    for (let n = 0; n < MOVES; n += 1) {
      clock.advance(below(yearMs / MOVES));
      const postedAt = clock.now();
      const edge = EDGES[below(EDGES.length)]!;
      const past = plus(postedAt, -below(90 * 24 * 60) * MINUTE);
      const effectiveAt = random() < 0.3 && edge <= postedAt ? edge : past;
      const at = below(accounts.length);
      const from = accounts[at]!;
      const to = accounts[(at + 1 + below(accounts.length - 1)) % accounts.length]!;
      const amount = 1 + below(10_000);
      await cash.postTransaction({
        sourceAccountId: from,
        targetAccountId: to,
        amount: eur(amount),
        effectiveAt,
        createdBy: null,
      });
      moves.push({ from, to, amount, effectiveAt, postedAt });
    }
  });
  after(() => postgres.close());

  const sumOf = (accounts: readonly string[], counts: (move: Move) => boolean): number =>
    moves
      .filter(counts)
      .map(
        ({ from, to, amount }) =>
          (accounts.includes(to) ? amount : 0) - (accounts.includes(from) ? amount : 0),
      )
      .reduce((a, b) => a + b, 0);

  /** An instant for a query: one at which a millisecond matters, or any other. */
  const someInstant = (): Date => {
    const move = moves[below(moves.length)]!;
    const near = [move.effectiveAt, move.postedAt, EDGES[below(EDGES.length)]!][below(3)]!;
    return plus(near, below(3) - 1);
  };
  const scopes = () => {
    const { unallocated, rent, income, expense, drawer, origin, bank, world } = furniture;
    return [
      ...[unallocated, rent, income, expense, drawer, origin].map((accountId) => ({
        scope: { accountId },
        accounts: [accountId],
      })),
      { scope: { realAccountId: bank.id }, accounts: [unallocated, rent] },
      { scope: { realAccountId: world.id }, accounts: [income, expense, origin] },
    ];
  };

  it(`gives balances that are the sum of the postings up to any time on either axis`, async () => {
    for (let n = 0; n < QUESTIONS; n += 1) {
      const { scope, accounts } = scopes()[below(8)]!;
      const at = someInstant();
      const axis = random() < 0.5 ? 'effective' : 'recorded';
      const expected = sumOf(accounts, (move) =>
        axis === 'effective' ? move.effectiveAt <= at : move.postedAt <= at,
      );
      const { balance } = await postgres.cradle.viewBalance({ scope, at, axis });
      expect(balance, `${JSON.stringify(scope)} ${axis} ${at.toISOString()}`).to.equal(expected);
    }
  });

  it('gives balances at two times that differ by the postings between them', async () => {
    for (let n = 0; n < 50; n += 1) {
      const { scope, accounts } = scopes()[below(8)]!;
      const [t1, t2] = [someInstant(), someInstant()].sort((a, b) => a.getTime() - b.getTime());
      const at = async (instant: Date) =>
        (await postgres.cradle.viewBalance({ scope, at: instant, axis: 'effective' })).balance;
      expect((await at(t2!)) - (await at(t1!))).to.equal(
        sumOf(accounts, ({ effectiveAt }) => effectiveAt > t1! && effectiveAt <= t2!),
      );
    }
  });

  it('gives statements whose lines add up from the opening to the closing balance', async () => {
    for (let n = 0; n < 50; n += 1) {
      const { scope, accounts } = scopes()[below(8)]!;
      const [from, to] = [someInstant(), someInstant()].sort((a, b) => a.getTime() - b.getTime());
      const { opening, lines, closing } = await postgres.cradle.viewStatement({
        scope,
        from: from!,
        to: to!,
      });
      expect(opening).to.equal(sumOf(accounts, ({ effectiveAt }) => effectiveAt < from!));
      expect(closing).to.equal(sumOf(accounts, ({ effectiveAt }) => effectiveAt < to!));
      let balance = opening;
      let last = from!;
      for (const line of lines) {
        balance += line.amount;
        expect(line.balance).to.equal(balance);
        expect(line.effectiveAt >= last && line.effectiveAt < to!).to.equal(true);
        last = line.effectiveAt;
      }
      expect(balance).to.equal(closing);
    }
  });
});
