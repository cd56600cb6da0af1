import { expect } from 'chai';
import { DomainError } from '../../src/kernel/errors.js';
import { DAY, plus } from '../../src/kernel/clock.js';
import type { Axis, CashPorts, CashQueries, PostedTransaction } from '../../src/cash/application/ports.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { seedAccounts, useCasesOver, type Adapters, type CashWorld } from '../cash/world.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { makeInMemoryCash } from '../support/in-memory/cash.js';

/** One set of adapters, with a clock and ids that behave like those of the other set. */
type Universe = Readonly<{
  cash: CashWorld;
  clock: FakeClock;
  cashUnitOfWork: UnitOfWork<CashPorts>;
  cashQueries: CashQueries;
}>;

const ZONE_CHANGE = '2026-10-26T12:00:00.000Z'; // the day after the 25-hour day of Berlin

function universeOver(
  { cashUnitOfWork, cashQueries, bankQueries, reportQueries }: Adapters,
  prefix: string,
): Universe {
  const adapters = { cashUnitOfWork, cashQueries, bankQueries, reportQueries };
  const clock = new FakeClock(ZONE_CHANGE);
  return { ...adapters, clock, cash: useCasesOver(adapters, { clock, ids: new FakeIds(prefix) }) };
}

/** All runs draw their numbers from one sequence, which a rollback does not reset. So only their order can be compared. */
const withoutNumber = ({ number: _, ...rest }: PostedTransaction) => rest;

export type Outcome =
  Readonly<{ value: unknown }> | Readonly<{ value?: never; code: string; details: unknown }>;

async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    return { value: strip(await work) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: error.code, details: error.details };
  }
}

/** The same value without numbers, at any depth. */
function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'number')
      .map(([key, item]) => [key, strip(item)]),
  );
}

/** Selects an item by a number that was drawn before the items existed. */
export const pick = <Item>(items: readonly Item[], choice: number): Item => {
  const item = items[choice % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** The same ledger twice: in memory, the oracle, and on PostgreSQL. Every command goes to both. */
export class Universes {
  readonly accounts: string[];
  readonly realAccounts: string[];
  readonly transactions: string[] = [];
  readonly holds: string[] = [];
  steps = 0;
  accepted = 0;
  readonly codes = new Map<string, number>();

  private constructor(
    private readonly memory: Universe,
    private readonly postgres: Universe,
    furniture: Awaited<ReturnType<typeof seedAccounts>>,
  ) {
    this.accounts = [
      furniture.unallocated,
      furniture.rent,
      furniture.income,
      furniture.expense,
      furniture.origin,
      furniture.drawer,
    ];
    this.realAccounts = [furniture.bank.id, furniture.desk.id, furniture.world.id];
  }

  /** `prefix`: eight hexadecimal digits that nobody else uses in the database. */
  static async create(postgres: Adapters, prefix: string): Promise<Universes> {
    const oracle = universeOver(makeInMemoryCash(), prefix);
    const tested = universeOver(postgres, prefix);
    const furniture = await seedAccounts(oracle.cash);
    expect(await seedAccounts(tested.cash)).to.deep.equal(furniture);
    return new Universes(oracle, tested, furniture);
  }

  get now(): Date {
    return this.memory.clock.now();
  }

  advance(durationMs: number): void {
    this.memory.clock.advance(durationMs);
    this.postgres.clock.advance(durationMs);
  }

  /** Runs `work` on both sides. The outcomes must be equal, refusals with every detail. */
  async both(work: (cash: CashWorld, universe: Universe) => Promise<unknown>): Promise<Outcome> {
    const expected = await outcomeOf(work(this.memory.cash, this.memory));
    const actual = await outcomeOf(work(this.postgres.cash, this.postgres));
    expect(actual).to.deep.equal(expected);
    this.steps += 1;
    if ('value' in expected) this.accepted += 1;
    else if ('code' in expected) this.codes.set(expected.code, (this.codes.get(expected.code) ?? 0) + 1);
    return expected;
  }

  /** Compares the books as both sides read them: all lists, and one account at one time on one axis. */
  async compare({ choice, daysAgo, axis }: { choice: number; daysAgo: number; axis: Axis }): Promise<void> {
    const at = plus(this.now, -daysAgo * DAY);
    const scopes = [
      ...this.accounts.map((accountId) => ({ accountId })),
      ...this.realAccounts.map((realAccountId) => ({ realAccountId })),
    ];
    const scope = pick(scopes, choice);
    const account = pick(this.accounts, choice);
    const read = async ({ cash }: Universe) => {
      const amounts = [];
      for (const realAccountId of this.realAccounts)
        amounts.push(await cash.listAmounts({ filter: { realAccountId }, page: { limit: 100 } }));
      const listed = await cash.listTransactions({
        filter: { accountId: account, from: at },
        page: { limit: 10 },
      });
      return {
        amounts,
        real: await cash.viewRealAccount({ realAccountId: pick(this.realAccounts, choice) }),
        account: await outcomeOf(cash.viewAccount({ accountId: account })),
        balance: await outcomeOf(cash.viewBalance({ scope, at, axis })),
        statement: strip(await cash.viewStatement({ scope, from: at }).catch(() => undefined)),
        listed: listed.items.map(withoutNumber),
        holds: await cash.listHolds({ filter: { accountId: account }, page: { limit: 10 } }),
      };
    };
    expect(await read(this.postgres)).to.deep.equal(await read(this.memory));
  }

  /** Moves the checkpoints from which PostgreSQL sums balances. No balance may change. */
  async moveCheckpoints(): Promise<void> {
    await this.both(async (_, { cashUnitOfWork, cashQueries }) => {
      for (const realAccountId of this.realAccounts) {
        const { items } = await cashQueries.amounts({ realAccountId }, { limit: 100 }, this.now);
        for (const { id } of items) await cashUnitOfWork.run(({ amounts }) => amounts.checkpoint(id));
      }
    });
  }
}
