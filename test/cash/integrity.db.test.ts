import { expect } from 'chai';
import pg from 'pg';
import { cashIntegrityChecks } from '../../src/cash/infrastructure/sequelize/integrity-checks.js';
import type { CashIntegrity } from '../../src/cash/application/ports.js';
import { DAY, plus } from '../../src/kernel/clock.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { FakeClock } from '../support/fakes/clock.js';
import { aFile, genericCsv } from '../support/statements.js';
import { rejection } from '../support/rejection.js';
import { eur, seedAccounts, type Adapters, type CashUseCases } from './world.js';

type Cradle = Adapters & CashUseCases & Readonly<{ cashIntegrity: CashIntegrity }>;
const createdBy = null;

/** The statements by which the owner of the tables violates each rule, without the code and the constraints. */
const DAMAGE: Readonly<Record<string, (ids: Ids) => readonly string[]>> = {
  'postings-sum-to-zero': ({ transaction }) => [
    `UPDATE cash_postings p SET delta = delta + 1 FROM cash_transactions t
     WHERE t.id = '${transaction}' AND p.transaction_number = t.number AND p.delta > 0`,
  ],
  'both-sides-one-currency': ({ transaction }) => [
    'ALTER TABLE cash_postings DROP CONSTRAINT cash_postings_amount_id_fkey, DROP CONSTRAINT cash_postings_transaction_fkey',
    `UPDATE cash_postings p SET currency = 'JPY' FROM cash_transactions t
     WHERE t.id = '${transaction}' AND p.transaction_number = t.number AND p.delta > 0`,
  ],
  'amount-equals-its-postings': ({ amount }) => [
    `UPDATE cash_amounts SET amount = amount + 1 WHERE id = '${amount}'`,
  ],
  'versions-without-gaps': ({ amount }) => [
    `UPDATE cash_postings SET version = version + 10 WHERE amount_id = '${amount}' AND version = 2`,
  ],
  'real-account-equals-its-amounts': ({ amount }) => [
    `UPDATE cash_amounts SET amount = amount + 1 WHERE id = '${amount}'`,
  ],
  'differences-equal-postings': ({ amount }) => [
    `UPDATE cash_postings SET amount_after = amount_after + 1 WHERE amount_id = '${amount}' AND version = 1`,
  ],
  'amount-above-floor': ({ amount }) => [
    'ALTER TABLE cash_amounts DROP CONSTRAINT cash_amounts_floor_check',
    `UPDATE cash_amounts SET floor = 1000000 WHERE id = '${amount}'`,
  ],
  'standard-accounts-accept-postings': ({ amount }) => [
    'ALTER TABLE cash_accounts DROP CONSTRAINT cash_accounts_standard_check',
    `UPDATE cash_accounts e SET code = 'desk-cash' FROM cash_amounts a WHERE a.id = '${amount}' AND e.id = a.account_id`,
  ],
  'held-equals-open-holds': ({ amount }) => [
    `UPDATE cash_amounts SET held = held + 1 WHERE id = '${amount}'`,
  ],
  'one-full-reversal': ({ transaction, refund }) => [
    `UPDATE cash_transactions SET refund_of = NULL, reversal_of = '${transaction}' WHERE id = '${refund}'`,
  ],
  'refunds-within-original': ({ refund }) => [
    `UPDATE cash_transactions SET amount = 1000000 WHERE id = '${refund}'`,
  ],
  'returns-mirror-their-original': ({ refund, opening }) => [
    `UPDATE cash_transactions SET refund_of = '${opening}' WHERE id = '${refund}'`,
  ],
  'nothing-posted-to-a-closed-period': ({ transaction }) => [
    `UPDATE cash_postings p SET effective_at = '2026-09-15T00:00:00Z' FROM cash_transactions t
     WHERE t.id = '${transaction}' AND p.transaction_number = t.number`,
  ],
  'postings-share-their-times': ({ transaction }) => [
    `UPDATE cash_transactions SET effective_at = effective_at - interval '1 day' WHERE id = '${transaction}'`,
  ],
  'matches-add-up-to-their-bank-line': ({ bankLine }) => [
    `UPDATE cash_bank_lines SET amount = amount + 1 WHERE id = '${bankLine}'`,
  ],
  'matched-at-most-once': ({ bankLine, transaction }) => [
    'DROP INDEX cash_matches_line_key',
    'ALTER TABLE cash_matches DISABLE TRIGGER cash_matches_check',
    `INSERT INTO cash_matches (id, bank_line_id, real_account_id, live, matched_at)
     SELECT '${transaction}', id, real_account_id, true, now() FROM cash_bank_lines WHERE id = '${bankLine}'`,
  ],
  'imports-count-their-lines': () => ['UPDATE cash_imports SET added = added + 1'],
  'equal-bank-lines-are-numbered': ({ bankLine }) => [
    `UPDATE cash_bank_lines SET occurrence = 7 WHERE id = '${bankLine}'`,
  ],
  'closed-months-agree-with-the-bank': ({ bankLine }) => [
    `UPDATE cash_bank_lines SET booked_on = '2026-08-31' WHERE id = '${bankLine}'`,
    'ALTER TABLE cash_matches DISABLE TRIGGER cash_matches_check_removal',
    `UPDATE cash_matches SET live = false, removed_at = matched_at WHERE bank_line_id = '${bankLine}'`,
  ],
  'posted-rows-refuse-change': () => ['ALTER TABLE cash_postings DISABLE TRIGGER append_only'],
};

/** The ids of the rows that the statements above damage. */
type Ids = Readonly<{
  transaction: string;
  refund: string;
  opening: string;
  amount: string;
  bankLine: string;
}>;

describe('the rules of the books', () => {
  let postgres: OnPostgres<Cradle>;
  let owner: pg.Client;
  let ids: Ids;
  before(async () => {
    const clock = new FakeClock();
    postgres = await openOnPostgres<Cradle>({ clock });
    const cash = postgres.cradle;
    const f = await seedAccounts(cash);
    const post = (sourceAccountId: string, targetAccountId: string, amountMinor: number) =>
      cash.postTransaction({ sourceAccountId, targetAccountId, amount: eur(amountMinor), createdBy });
    const opening = await post(f.origin, f.unallocated, 10_000);
    const transaction = await post(f.unallocated, f.rent, 500);
    const refund = await cash.refundTransaction({ id: transaction.id, amount: eur(100), createdBy });
    const earned = await post(f.income, f.unallocated, 700);
    await cash.placeHold({ sourceAccountId: f.rent, targetAccountId: f.expense, amount: eur(50), createdBy });
    await cash.postTransaction({
      sourceAccountId: f.origin,
      targetAccountId: f.unallocated,
      amount: eur(1),
      effectiveAt: plus(clock.now(), -60 * DAY),
      createdBy,
    });
    await cash.closePeriod({ realAccountId: f.bank.id, period: '2026-09', closedBy: null });
    // The fake clock stands still, and the violating transaction must be posted after the closing.
    clock.advance(DAY);
    const late = await post(f.unallocated, f.rent, 1);
    await cash.importBankLines({
      realAccountId: f.bank.id,
      profile: 'generic',
      file: aFile(genericCsv([{ date: '2026-11-20', amount: '7.00' }])),
      dryRun: false,
      importedBy: null,
    });
    const [line] = (await cash.listBankLines({ filter: {}, page: { limit: 1 } })).items;
    const transactionIds = [earned.id];
    await cash.matchBankLine({ bankLineId: line!.id, transactionIds, matchedBy: null });
    ids = {
      bankLine: line!.id,
      transaction: late.id,
      refund: refund.id,
      opening: opening.id,
      amount: opening.target.amountId,
    };
    owner = new pg.Client({ connectionString: postgres.ownerUrl });
    await owner.connect();
  });
  after(async () => {
    await owner.end();
    await postgres.close();
  });

  /** The violations of each rule that the connection sees now. */
  const examine = async (): Promise<Record<string, string[]>> => {
    const broken: Record<string, string[]> = {};
    for (const { name, sql } of cashIntegrityChecks) {
      const { rows } = await owner.query<{ id: string }>(`SELECT id FROM (${sql}) AS broken`);
      if (rows.length > 0) broken[name] = rows.map(({ id }) => id);
    }
    return broken;
  };

  it('hold for books that were written through the use cases', async () => {
    const findings = await postgres.cradle.cashIntegrity.check();
    expect(findings.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(findings.map(({ name }) => name)).to.deep.equal(cashIntegrityChecks.map(({ name }) => name));
  });

  it('have each a test that violates them', () => {
    expect(Object.keys(DAMAGE).sort()).to.deep.equal(cashIntegrityChecks.map(({ name }) => name).sort());
  });

  for (const [name, damage] of Object.entries(DAMAGE))
    it(`${name}: a violation is reported with its id`, async () => {
      await owner.query('BEGIN');
      try {
        await owner.query("SET LOCAL praxis.maintenance = 'on'");
        for (const statement of damage(ids)) await owner.query(statement);
        const broken = await examine();
        expect(Object.keys(broken)).to.include(name);
        if (name !== 'posted-rows-refuse-change')
          for (const id of broken[name] ?? []) expect(id).to.match(/^[0-9a-f-]{36}$/);
      } finally {
        await owner.query('ROLLBACK');
      }
      expect(await examine()).to.deep.equal({});
    });

  for (const table of [
    'cash_batches',
    'cash_transactions',
    'cash_postings',
    'cash_periods',
    'cash_period_reopenings',
    'cash_imports',
    'cash_bank_lines',
    'cash_reconciliations',
  ])
    it(`${table} rejects updates, deletes and truncation by the owner and by the application`, async () => {
      const application = new pg.Client({ connectionString: postgres.databaseUrl });
      await application.connect();
      try {
        for (const client of [owner, application])
          for (const statement of [
            `UPDATE ${table} SET ${table === 'cash_postings' ? 'delta = delta' : 'id = id'}`,
            `DELETE FROM ${table}`,
            `TRUNCATE ${table} CASCADE`,
          ])
            expect(await rejection(client.query(statement))).to.be.instanceOf(Error);
      } finally {
        await application.end();
      }
    });
});
