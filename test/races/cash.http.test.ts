import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import { QueryTypes, type Sequelize } from 'sequelize';
import { DAY, MINUTE, plus } from '../../src/kernel/clock.js';
import type { CashIntegrity } from '../../src/cash/application/ports.js';
import type { Ledger } from '../../src/cash/index.js';
import { eur, seedAccounts, type Adapters, type CashUseCases, type Furniture } from '../cash/world.js';
import { openBooks } from '../support/cash.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { openConnections } from '../support/open-connections.js';
import { FakeClock } from '../support/fakes/clock.js';
import { execute } from '../support/postgres.js';
import { makeUser, startTestPraxis, type TestPraxis } from '../support/praxis.js';
import { eventually } from '../support/processes.js';
import { openPool } from '../support/pool.js';
import { naiveTransfer, soundTransfer, storm } from './cash-transfers.js';
import { countOutcomes, times } from '../support/race-outcomes.js';

type Cradle = Adapters & CashUseCases & Readonly<{ sequelize: Sequelize; cashIntegrity: CashIntegrity }>;

const createdBy = null;

describe('concurrent postings to the ledger on PostgreSQL', function () {
  this.timeout(300_000);
  let postgres: OnPostgres<Cradle>;
  let cash: Cradle;
  let furniture: Furniture;
  const clock = new FakeClock();
  before(async () => {
    postgres = await openOnPostgres<Cradle>({ clock });
    cash = postgres.cradle;
    furniture = await seedAccounts(cash);
    await openConnections(cash.sequelize, 10);
  });
  after(() => postgres.close());
  afterEach(async () => {
    const findings = await cash.cashIntegrity.check();
    expect(findings.filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  const envelope = async (amountMinor: number): Promise<string> => {
    const { id } = await cash.openAccount({ name: 'E', realAccountId: furniture.bank.id, type: 'asset' });
    if (amountMinor > 0)
      await cash.postTransaction({
        sourceAccountId: furniture.origin,
        targetAccountId: id,
        amount: eur(amountMinor),
        createdBy,
      });
    return id;
  };
  const balanceOf = async (id: string): Promise<number> =>
    (await cash.viewBalance({ scope: { accountId: id }, axis: 'effective' })).balance;

  describe('controls', () => {
    let naive: OnPostgres<Cradle>;
    let pool: pg.Pool;
    let accounts: string[];
    before(async () => {
      naive = await openOnPostgres<Cradle>();
      pool = openPool(naive.databaseUrl, 32);
      const { bank, origin } = await seedAccounts(naive.cradle);
      accounts = [];
      for (let n = 0; n < 10; n += 1) {
        const { id } = await naive.cradle.openAccount({
          name: 'E',
          realAccountId: bank.id,
          type: 'asset',
        });
        accounts.push(id);
        await naive.cradle.postTransaction({
          sourceAccountId: origin,
          targetAccountId: id,
          amount: eur(1_000),
          createdBy,
        });
      }
    });
    after(async () => {
      await pool.end();
      await naive.close();
    });
    const storms = (kind: 'unordered' | 'unlocked') =>
      storm({ accounts, transfer: naiveTransfer(pool, kind), workers: 16, durationMs: 1_200, seed: 7 });

    it('transfers deadlock when they do not lock in order of id', async () => {
      expect((await storms('unordered')).faults.filter((fault) => fault.includes('deadlock'))).not.to.be
        .empty;
    });

    it('the sum of all money changes without locks and CHECK constraints', async () => {
      await execute(naive.ownerUrl, 'ALTER TABLE cash_amounts DROP CONSTRAINT cash_amounts_floor_check');
      await storms('unlocked');
      const broken = (await naive.cradle.cashIntegrity.check()).filter(({ ok }) => !ok);
      expect(broken.map(({ name }) => name)).to.include('amount-equals-its-postings');
    });
  });

  it('accepts exactly as many of 40 concurrent payments as the balance covers', async () => {
    const source = await envelope(1_000);
    const codes = await countOutcomes(
      times(40, () =>
        cash.postTransaction({
          sourceAccountId: source,
          targetAccountId: furniture.expense,
          amount: eur(100),
          createdBy,
        }),
      ),
    );
    expect(codes).to.deep.equal({ 'insufficient-funds': 30, ok: 10 });
    expect(await balanceOf(source)).to.equal(0);
  });

  it('accepts exactly as many of 40 concurrent holds as the balance covers', async () => {
    const source = await envelope(1_000);
    const codes = await countOutcomes(
      times(40, () =>
        cash.placeHold({
          sourceAccountId: source,
          targetAccountId: furniture.expense,
          amount: eur(100),
          createdBy,
        }),
      ),
    );
    expect(codes).to.deep.equal({ 'insufficient-funds': 30, ok: 10 });
  });

  it('refunds no more than the original amount when many refunds are concurrent', async () => {
    const source = await envelope(1_000);
    const { id } = await cash.postTransaction({
      sourceAccountId: source,
      targetAccountId: furniture.drawer,
      amount: eur(1_000),
      createdBy,
    });
    const codes = await countOutcomes(
      times(20, () => cash.refundTransaction({ id, amount: eur(300), createdBy })),
    );
    expect(codes).to.deep.equal({ ok: 3, 'refund-exceeds-original': 17 });
  });

  it('refunds no more than the original amount between two hot accounts', async () => {
    const { id } = await cash.postTransaction({
      sourceAccountId: furniture.income,
      targetAccountId: furniture.expense,
      amount: eur(1_000),
      createdBy,
    });
    const codes = await countOutcomes(
      times(20, () => cash.refundTransaction({ id, amount: eur(300), createdBy })),
    );
    expect(codes).to.deep.equal({ ok: 3, 'refund-exceeds-original': 17 });
  });

  it('either reverses a transaction or refunds it, never both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const source = await envelope(1_000);
      const { id } = await cash.postTransaction({
        sourceAccountId: source,
        targetAccountId: furniture.drawer,
        amount: eur(1_000),
        createdBy,
      });
      const codes = await countOutcomes([
        ...times(10, () => cash.reverseTransaction({ id, date: 'today', createdBy })),
        ...times(10, () => cash.refundTransaction({ id, amount: eur(1_000), createdBy })),
      ]);
      expect(codes['ok']).to.equal(1);
    }
  });

  it('ends a hold in one way when capture, void and expiry are concurrent', async () => {
    for (let round = 0; round < 5; round += 1) {
      const source = await envelope(1_000);
      const expiresAt = plus(clock.now(), MINUTE);
      const { id } = await cash.placeHold({
        sourceAccountId: source,
        targetAccountId: furniture.drawer,
        amount: eur(400),
        expiresAt,
        createdBy,
      });
      const race = countOutcomes([
        ...times(8, () => cash.captureHold({ id, amount: eur(100), createdBy })),
        ...times(8, () => cash.voidHold({ id })),
      ]);
      clock.advance(2 * MINUTE);
      const expiry = Promise.all(times(4, () => cash.expireHolds()));
      const codes = await race;
      await expiry;
      const hold = await cash.viewHold({ holdId: id });
      expect(codes['ok'] ?? 0).to.equal(hold.status === 'expired' ? 0 : 1);
      const balance = await cash.viewBalance({ scope: { accountId: source }, axis: 'effective' });
      expect([balance.held, balance.balance]).to.deep.equal([0, hold.status === 'captured' ? 900 : 1_000]);
    }
  });

  it('posts an origin once when many requests settle it concurrently', async () => {
    type Door = { ledger: Ledger };
    const unitOfWork = cash.cashUnitOfWork as unknown as {
      run<Result>(work: (ports: Door) => Promise<Result>): Promise<Result>;
    };
    const settle = (amount: number) =>
      unitOfWork.run(async ({ ledger }) => {
        const from = await ledger.standardAccount('shop-income');
        const to = await ledger.standardAccount('card-clearing');
        const origin = { type: 'order', id: 'o-1', event: 'payment:1' };
        return ledger.post({ from, to, amount, currency: 'EUR', origin });
      });
    const posted = await Promise.all(times(30, () => settle(1_999)));
    expect(new Set(posted.map(({ id }) => id))).to.have.property('size', 1);
    expect(await countOutcomes([settle(2_000)])).to.deep.equal({ 'origin-conflict': 1 });
    const [row] = await cash.sequelize.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM cash_accounts WHERE code = 'shop-income'",
      { type: QueryTypes.SELECT },
    );
    expect(row?.n).to.equal(1);
  });

  it('moves checkpoints during postings to a hot amount without losing a posting', async () => {
    const { items } = await cash.cashQueries.amounts(
      { accountId: furniture.income },
      { limit: 1 },
      clock.now(),
    );
    const before = await balanceOf(furniture.income);
    const targets = await Promise.all(times(10, () => envelope(0)));
    const posting = { on: true };
    let moved = 0;
    const checkpoints = (async () => {
      for (; posting.on; moved += 1)
        await cash.cashUnitOfWork.run(({ amounts }) => amounts.checkpoint(items[0]!.id));
    })();
    for (let wave = 0; wave < 2; wave += 1) {
      await Promise.all(
        times(10, async (racer) => {
          for (let n = 0; n < 15; n += 1)
            await cash.postTransaction({
              sourceAccountId: furniture.income,
              targetAccountId: targets[racer]!,
              amount: eur(1),
              createdBy,
            });
        }),
      );
      // While postings go on without a pause it may wait for a long time, but between the waves it must succeed.
      const seen = moved;
      await eventually('a checkpoint behind the postings', () => moved > seen + 1);
    }
    posting.on = false;
    await checkpoints;
    expect(await balanceOf(furniture.income)).to.equal(before - 300);
  });

  it('accepts no posting into a month after a concurrent close', async () => {
    for (let round = 0; round < 4; round += 1) {
      const real = await cash.openRealAccount({ name: 'R', kind: 'bank', currency: 'EUR' });
      const effectiveAt = plus(clock.now(), -60 * DAY);
      const period = effectiveAt.toISOString().slice(0, 7);
      const postings = times(20, (racer) =>
        cash.postTransaction({
          sourceAccountId: racer % 2 === 0 ? furniture.origin : furniture.income,
          targetAccountId: real.defaultAccountId,
          amount: eur(1),
          effectiveAt,
          createdBy,
        }),
      );
      const closing = cash.closePeriod({ realAccountId: real.id, period, closedBy: null });
      const codes = await countOutcomes([...postings, closing]);
      expect(Object.keys(codes)).to.satisfy((names: string[]) =>
        names.every((name) => name === 'ok' || name === 'period-closed'),
      );
    }
  });

  it('leaves no money in an account that is archived during postings', async () => {
    for (let round = 0; round < 5; round += 1) {
      const account = await envelope(0);
      const codes = await countOutcomes([
        ...times(5, () =>
          cash.postTransaction({
            sourceAccountId: furniture.income,
            targetAccountId: account,
            amount: eur(1),
            createdBy,
          }),
        ),
        cash.changeAccount({ id: account, expectedVersion: null, archived: true }),
      ]);
      const { archivedAt } = await cash.viewAccount({ accountId: account });
      const balance = await balanceOf(account);
      expect(archivedAt === null || balance === 0, JSON.stringify(codes)).to.equal(true);
    }
  });

  it('creates an amount once when several transfers need it concurrently', async () => {
    const codes = await countOutcomes(
      times(20, () =>
        cash.postTransaction({
          sourceAccountId: furniture.income,
          targetAccountId: furniture.drawer,
          targetRealAccountId: furniture.bank.id,
          amount: eur(1),
          createdBy,
        }),
      ),
    );
    expect(codes).to.deep.equal({ ok: 20 });
  });
});

describe('an income account that gets and loses its floor', function () {
  this.timeout(300_000);
  let own: OnPostgres<Cradle>;
  let books: Furniture;
  before(async () => {
    own = await openOnPostgres<Cradle>();
    books = await seedAccounts(own.cradle);
    await openConnections(own.cradle.sequelize, 10);
  });
  after(() => own.close());

  const count = async (query: string): Promise<number> => {
    const client = new pg.Client({ connectionString: own.databaseUrl });
    await client.connect();
    try {
      return Number((await client.query<{ count: string }>(query)).rows[0]!.count);
    } finally {
      await client.end();
    }
  };
  const OTHERS = 'FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  /** Ends all connections, because a server process adds what it counted when it exits. */
  async function deadlocks(): Promise<number> {
    await count(`SELECT count(pg_terminate_backend(pid)) ${OTHERS}`);
    await eventually(
      'all connections have ended',
      async () => (await count(`SELECT count(*) ${OTHERS}`)) === 0,
    );
    return count('SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()');
  }

  it('accepts concurrent postings without a deadlock', async () => {
    const { id } = await own.cradle.openAccount({
      name: 'Fees',
      realAccountId: books.world.id,
      type: 'income',
    });
    const { id: target } = await own.cradle.openAccount({
      name: 'E',
      realAccountId: books.bank.id,
      type: 'asset',
    });
    await Promise.all([
      ...times(8, async () => {
        for (let n = 0; n < 15; n += 1)
          await own.cradle.postTransaction({
            sourceAccountId: id,
            targetAccountId: target,
            amount: eur(1),
            createdBy,
          });
      }),
      (async () => {
        for (let n = 0; n < 10; n += 1)
          await own.cradle.changeAccount({
            id,
            expectedVersion: null,
            floor: n % 2 === 0 ? eur(-1_000_000) : null,
          });
      })(),
    ]);
    const { balance } = await own.cradle.viewBalance({ scope: { accountId: id }, axis: 'effective' });
    expect(balance).to.equal(-120);
    const findings = await own.cradle.cashIntegrity.check();
    expect(findings.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(await deadlocks()).to.equal(0);
  });
});

describe('32 workers that transfer between 10 amounts', function () {
  this.timeout(300_000);

  it('never deadlock, and every snapshot has the same sum', async () => {
    const postgres = await openOnPostgres<Cradle>();
    try {
      const { cradle: cash } = postgres;
      const { bank, origin } = await seedAccounts(cash);
      const accounts: string[] = [];
      for (let n = 0; n < 10; n += 1) {
        const { id } = await cash.openAccount({ name: 'E', realAccountId: bank.id, type: 'asset' });
        accounts.push(id);
        await cash.postTransaction({
          sourceAccountId: origin,
          targetAccountId: id,
          amount: eur(1_000),
          createdBy,
        });
      }
      const seed = Math.floor(Math.random() * 1e9);
      console.log(`      seed ${seed}`);
      const { posted, faults, snapshots, broken } = await storm({
        accounts,
        transfer: soundTransfer(cash.postTransaction),
        integrity: cash.cashIntegrity,
        workers: 32,
        durationMs: 2_500,
        seed,
      });
      expect(faults).to.deep.equal([]);
      expect(broken).to.deep.equal([]);
      expect(posted).to.be.greaterThan(20);
      expect(snapshots).to.be.greaterThan(1);
      let sum = 0;
      for (const accountId of accounts)
        sum += (await cash.viewBalance({ scope: { accountId }, axis: 'effective' })).balance;
      expect(sum).to.equal(10_000);

      // Retries hide a deadlock from the callers, but not from the statistics of the server, to which a connection adds
      // its own when it ends.
      await cash.sequelize.close();
      const client = new pg.Client({ connectionString: postgres.ownerUrl });
      await client.connect();
      const { rows } = await client.query(
        'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
      );
      await client.end();
      expect(rows).to.deep.equal([{ deadlocks: 0 }]);
    } finally {
      await postgres.close();
    }
  });
});

describe('concurrent requests to the ledger over HTTP', function () {
  this.timeout(300_000);
  let praxis: TestPraxis;
  before(async () => {
    praxis = await startTestPraxis();
  });
  after(() => praxis.stop());

  it('posts once for 50 parallel requests with one idempotency key, with the same response for all', async () => {
    const { unallocated, rent } = await openBooks(praxis);
    const { accessToken: token } = await makeUser(praxis, 'staff');
    const body = { sourceAccountId: unallocated, targetAccountId: rent, amount: eur(1_000) };
    const headers = { 'idempotency-key': randomUUID() };
    const until201 = async () => {
      for (;;) {
        const answer = await praxis.call('POST', '/v1/cash/transactions', { token, body, headers });
        if (answer.status === 201) return answer.text;
        expect([answer.status, answer.body.code]).to.deep.equal([409, 'request-in-flight']);
      }
    };
    const texts = await Promise.all(times(50, until201));
    expect(new Set(texts)).to.have.property('size', 1);
    const { body: balance } = await praxis.call('GET', `/v1/cash/accounts/${rent}/balance`, { token });
    expect(balance.balance.amount).to.equal(1_000);
    const { body: list } = await praxis.call('GET', `/v1/cash/transactions?accountId=${rent}`, { token });
    expect(list.items).to.have.length(1);
  });
});
