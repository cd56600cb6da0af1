import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { CashIntegrity } from '../../src/cash/application/ports.js';
import { eur, seedAccounts, type Adapters, type CashUseCases, type Furniture } from '../cash/world.js';
import { barrier } from '../support/barrier.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { openConnections } from '../support/open-connections.js';
import { FakeClock } from '../support/fakes/clock.js';
import { execute } from '../support/postgres.js';
import { aFile, genericCsv } from '../support/statements.js';
import { openPool } from '../support/pool.js';
import { countOutcomes, times } from '../support/race-outcomes.js';

type Cradle = Adapters & CashUseCases & Readonly<{ sequelize: Sequelize; cashIntegrity: CashIntegrity }>;

const RACERS = 8;

describe('concurrent changes of bank lines, matches and periods', function () {
  this.timeout(300_000);
  let postgres: OnPostgres<Cradle>;
  let cash: Cradle;
  let furniture: Furniture;
  before(async () => {
    postgres = await openOnPostgres<Cradle>({ clock: new FakeClock() });
    cash = postgres.cradle;
    furniture = await seedAccounts(cash);
    await openConnections(cash.sequelize, 10);
  });
  after(() => postgres.close());
  const broken = async (of = cash): Promise<string[]> =>
    (await of.cashIntegrity.check()).filter(({ ok }) => !ok).map(({ name }) => name);

  const bank = async () => {
    const { id, defaultAccountId } = await cash.openRealAccount({ name: 'B', kind: 'bank', currency: 'EUR' });
    return { id, defaultAccountId };
  };
  const importRows = (realAccountId: string, rows: Parameters<typeof genericCsv>[0]) =>
    cash.importBankLines({
      realAccountId,
      profile: 'generic',
      file: aFile(genericCsv(rows)),
      dryRun: false,
      importedBy: null,
    });
  const earn = async (targetAccountId: string, amount: number, effectiveAt?: Date): Promise<string> =>
    (
      await cash.postTransaction({
        ...{ sourceAccountId: furniture.income, targetAccountId, amount: eur(amount) },
        ...{ effectiveAt, createdBy: null },
      })
    ).id;
  const lineIds = async (realAccountId: string): Promise<string[]> =>
    (await cash.viewBankStatement({ realAccountId })).lines.map(({ id }) => id);
  const match = (bankLineId: string, ...transactionIds: string[]) =>
    cash.matchBankLine({ bankLineId, transactionIds, matchedBy: null });

  it('matches a line for exactly one of eight concurrent requests', async () => {
    const own = await bank();
    await importRows(own.id, [{ date: '2026-11-20', amount: '10.00' }]);
    const [line] = await lineIds(own.id);
    const paid = await Promise.all(times(RACERS, () => earn(own.defaultAccountId, 1_000)));
    expect(await countOutcomes(paid.map((id) => match(line!, id)))).to.deep.equal({
      'already-matched': RACERS - 1,
      ok: 1,
    });
    expect(await broken()).to.deep.equal([]);
  });

  it('matches a transaction with exactly one of eight lines', async () => {
    const own = await bank();
    const row = { date: '2026-11-20', amount: '10.00' };
    await importRows(
      own.id,
      Array.from({ length: RACERS }, () => row),
    );
    const id = await earn(own.defaultAccountId, 1_000);
    const lines = await lineIds(own.id);
    expect(await countOutcomes(lines.map((line) => match(line, id)))).to.deep.equal({
      'already-matched': RACERS - 1,
      ok: 1,
    });
    expect(await broken()).to.deep.equal([]);
  });

  it('control: a check before the write matches twice without the unique indexes', async () => {
    const naive = await openOnPostgres<Cradle>({ clock: new FakeClock() });
    const pool = openPool(naive.databaseUrl, RACERS);
    try {
      const { bank: own, income, unallocated } = await seedAccounts(naive.cradle);
      const { id: transactionId } = await naive.cradle.postTransaction({
        ...{ sourceAccountId: income, targetAccountId: unallocated, amount: eur(1_000), createdBy: null },
      });
      await naive.cradle.importBankLines({
        ...{ realAccountId: own.id, profile: 'generic', dryRun: false, importedBy: null },
        file: aFile(genericCsv([{ date: '2026-11-20', amount: '10.00' }])),
      });
      await execute(
        naive.ownerUrl,
        'DROP INDEX cash_matches_line_key',
        'DROP INDEX cash_match_transactions_once_key',
      );
      const everybodyLooked = barrier(RACERS);
      await Promise.all(
        times(RACERS, async () => {
          const client = await pool.connect();
          try {
            await client.query('BEGIN');
            const { rowCount } = await client.query('SELECT FROM cash_matches WHERE live');
            await everybodyLooked();
            if (rowCount === 0)
              await client.query(
                `WITH made AS (
                   INSERT INTO cash_matches (id, bank_line_id, real_account_id, live, matched_at)
                   SELECT gen_random_uuid(), id, real_account_id, true, now() FROM cash_bank_lines RETURNING id
                 ) INSERT INTO cash_match_transactions SELECT made.id, $1, true, $2 FROM made`,
                [own.id, transactionId],
              );
            await client.query('COMMIT');
          } finally {
            client.release();
          }
        }),
      );
      expect(await broken(naive.cradle)).to.deep.equal(['matched-at-most-once']);
    } finally {
      await pool.end();
      await naive.close();
    }
  });

  it('stores the lines of a file once when eight requests import it, and each report is correct', async () => {
    const own = await bank();
    const rows = Array.from({ length: 40 }, (_, n) => ({ date: '2026-11-20', amount: `${1 + (n % 4)}.00` }));
    const results = await Promise.all(times(RACERS, () => importRows(own.id, rows)));
    expect(results.map(({ added }) => added).sort((a, b) => b - a)).to.deep.equal([
      40,
      ...Array.from({ length: RACERS - 1 }, () => 0),
    ]);
    for (const { added, duplicates } of results) expect(added + duplicates).to.equal(40);
    expect(await lineIds(own.id)).to.have.length(40);
    expect(await broken()).to.deep.equal([]);
  });

  it('closes a month that agrees with the bank while lines are matched, unmatched and imported', async () => {
    for (let round = 0; round < 4; round += 1) {
      const own = await bank();
      const october = new Date('2026-10-20T10:00:00Z');
      await importRows(own.id, [{ date: '2026-10-20', amount: '10.00' }]);
      const [line] = await lineIds(own.id);
      const id = await earn(own.defaultAccountId, 1_000, october);
      const made = await match(line!, id);
      await cash.reconcile({
        ...{ realAccountId: own.id, through: '2026-10-31', closingBalance: eur(1_000), reconciledBy: null },
      });
      const close = () => cash.closePeriod({ realAccountId: own.id, period: '2026-10', closedBy: null });
      const undo = () =>
        cash.unmatchBankLine({ bankLineId: line!, matchId: made.id, removedBy: null }).then(() => undefined);
      const more = () => importRows(own.id, [{ date: '2026-10-30', amount: '5.00' }]);
      const late = () => earn(own.defaultAccountId, 1, october);
      const work: readonly (() => Promise<unknown>)[] = [close, undo, more, late];
      const codes = await countOutcomes(
        times(work.length, (racer) => work[(racer + round) % work.length]!()),
      );
      const known = ['ok', 'period-closed', 'period-not-ready'];
      for (const code of Object.keys(codes)) expect(known).to.include(code);
      expect(await broken(), JSON.stringify(codes)).to.deep.equal([]);
      const { closedThrough } = await cash.viewRealAccount({ realAccountId: own.id });
      const unmatched = await cash.sequelize.query(
        `SELECT l.id FROM cash_bank_lines l LEFT JOIN cash_matches m ON m.bank_line_id = l.id AND m.live
         WHERE l.real_account_id = $1 AND m.id IS NULL`,
        { bind: [own.id], type: QueryTypes.SELECT },
      );
      if (closedThrough !== null) expect(unmatched).to.deep.equal([]);
    }
  });

  it('reopens a month for one of eight concurrent requests, and closes it for one afterwards', async () => {
    const own = await bank();
    const at = { realAccountId: own.id, period: '2026-10' };
    await cash.closePeriod({ ...at, closedBy: null });
    const reopen = () => cash.reopenPeriod({ ...at, reason: 'Why not', reopenedBy: null });
    expect(await countOutcomes(times(RACERS, reopen))).to.deep.equal({
      ok: 1,
      'period-not-last-closed': RACERS - 1,
    });
    expect(
      await countOutcomes(times(RACERS, () => cash.closePeriod({ ...at, closedBy: null }))),
    ).to.deep.equal({
      ok: 1,
      'period-closed': RACERS - 1,
    });
    expect((await cash.listPeriods({ realAccountId: own.id, page: { limit: 10 } })).items).to.have.length(2);
    expect(await broken()).to.deep.equal([]);
  });
});
