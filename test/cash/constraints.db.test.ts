import { expect } from 'chai';
import pg from 'pg';
import { violatedConstraint } from '../../src/platform/database/errors.js';
import { insertObject } from '../support/insert-object.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { rejection } from '../support/rejection.js';

const id = (n: number) => `01960000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const AT = '2026-11-21T09:00:00Z';
const LATER = '2026-11-22T09:00:00Z';
const REAL_ACCOUNT = {
  id: id(1),
  name: 'Bank',
  kind: 'bank',
  currency: 'EUR',
  created_at: AT,
  updated_at: AT,
  version: 1,
};
const ACCOUNT = {
  id: id(2),
  name: 'Rent',
  real_account_id: id(1),
  type: 'asset',
  currency: 'EUR',
  floor: 0,
  is_default: false,
  created_at: AT,
  updated_at: AT,
  version: 1,
};
const AMOUNT = {
  id: id(3),
  account_id: id(2),
  real_account_id: id(1),
  currency: 'EUR',
  amount: 100,
  held: 0,
  floor: 0,
  version: 0,
  hot: false,
  checkpoint: 0,
  frozen: false,
};
const HOLD = {
  id: id(5),
  source_amount_id: id(3),
  target_amount_id: id(4),
  amount: 10,
  currency: 'EUR',
  status: 'open',
  expires_at: LATER,
  created_at: AT,
};
const PERIOD = {
  id: id(6),
  real_account_id: id(1),
  period: '2026-10',
  starts_at: '2026-09-30T22:00:00Z',
  ends_at: '2026-10-31T23:00:00Z',
  closed_at: AT,
};

/** For each table a valid row, and changes with the constraint that rejects each of them. */
const CASES: Readonly<Record<string, [object, ...[object, string][]]>> = {
  cash_real_accounts: [
    REAL_ACCOUNT,
    [{ name: ' Bank' }, 'cash_real_accounts_name_check'],
    [{ kind: 'wallet' }, 'cash_real_accounts_kind_check'],
    [{ currency: 'eur' }, 'cash_real_accounts_currency_check'],
    [{ iban: 'DE' }, 'cash_real_accounts_iban_check'],
    [{ closed_through: '2026-13', closed_until: AT }, 'cash_real_accounts_closed_check'],
    [{ closed_through: '2026-10' }, 'cash_real_accounts_closed_check'],
    [{ updated_at: '2026-11-20T09:00:00Z' }, 'cash_real_accounts_updated_at_check'],
    [{ version: 0 }, 'cash_real_accounts_version_check'],
  ],
  cash_accounts: [
    ACCOUNT,
    [{ name: '' }, 'cash_accounts_name_check'],
    [{ type: 'liability' }, 'cash_accounts_type_check'],
    [{ floor: '9007199254740992' }, 'cash_accounts_minor_check'],
    [{ currency: 'USD' }, 'cash_accounts_home_fkey'],
    [{ real_account_id: id(99) }, 'cash_accounts_home_fkey'],
    [{ version: 0 }, 'cash_accounts_version_check'],
  ],
  cash_amounts: [
    AMOUNT,
    [{}, 'cash_amounts_place_key'],
    [{ amount: -1 }, 'cash_amounts_floor_check'],
    [{ held: 101 }, 'cash_amounts_floor_check'],
    [{ held: -1 }, 'cash_amounts_held_check'],
    [{ amount: '9007199254740992' }, 'cash_amounts_amount_check'],
    [{ hot: true }, 'cash_amounts_hot_check'],
    [{ version: -1 }, 'cash_amounts_version_check'],
    [{ account_id: id(99) }, 'cash_amounts_account_id_fkey'],
    [{ real_account_id: id(99) }, 'cash_amounts_real_account_id_fkey'],
  ],
  cash_holds: [
    HOLD,
    [{ target_amount_id: id(3) }, 'cash_holds_sides_check'],
    [{ amount: 0 }, 'cash_holds_amount_check'],
    [{ status: 'late', closed_at: LATER }, 'cash_holds_status_check'],
    [{ expires_at: AT }, 'cash_holds_expires_at_check'],
    [{ status: 'voided' }, 'cash_holds_closed_at_check'],
    [{ status: 'voided', closed_at: '2026-12-01T00:00:00Z' }, 'cash_holds_closed_at_check'],
    [{ status: 'captured', closed_at: LATER }, 'cash_holds_captured_check'],
    [{ currency: 'USD' }, 'cash_holds_source_fkey'],
    [{ target_amount_id: id(99) }, 'cash_holds_target_fkey'],
  ],
  cash_periods: [
    PERIOD,
    [{}, 'cash_periods_key'],
    [{ period: '2026-00' }, 'cash_periods_period_check'],
    [{ period: '2026-09', closed_at: '2026-10-01T00:00:00Z' }, 'cash_periods_range_check'],
    [{ period: '2026-09', real_account_id: id(99) }, 'cash_periods_real_account_id_fkey'],
  ],
};

/** One transaction with its postings, as one statement. */
const post = (options: {
  at: number;
  transaction?: object;
  postings: readonly (readonly [amountId: string, delta: number])[];
  extra?: object;
}): [string, unknown[]] => {
  const transaction = {
    id: id(options.at),
    amount: 10,
    currency: 'EUR',
    effective_at: AT,
    posted_at: AT,
    ...options.transaction,
  };
  const columns = Object.keys(transaction);
  const values: unknown[] = Object.values(transaction);
  const sides = options.postings
    .map(
      ([amountId, delta]) =>
        `SELECT number, '${amountId}'::uuid, ${delta}, 'EUR', $${columns.length + 1}::timestamptz, now() FROM t`,
    )
    .join(' UNION ALL ');
  const text = `
    WITH t AS (INSERT INTO cash_transactions (${columns.join()}) VALUES (${columns.map((_, n) => `$${n + 1}`).join()}) RETURNING number)
    ${options.postings.length === 0 ? 'SELECT $' + String(columns.length + 1) + '::timestamptz FROM t' : `INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, effective_at, posted_at) ${sides}`}`;
  return [text, [...values, { effective_at: AT, ...options.transaction }.effective_at]];
};

describe('cash\u2019s tables', () => {
  let database: TestDatabase;
  let client: pg.Client;
  before(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  after(async () => {
    await client.end();
    await database.drop();
  });
  const insert = (table: string, row: object) => insertObject(client, table, row);

  for (const [table, [sound, ...faults]] of Object.entries(CASES)) {
    it(`${table} accept a valid row`, async () => {
      await insert(table, sound);
      if (table === 'cash_amounts') {
        await insert('cash_accounts', { ...ACCOUNT, id: id(7) });
        await insert(table, { ...AMOUNT, id: id(4), account_id: id(7) });
      }
    });
    for (const [changes, constraint] of faults)
      it(`${table} reject ${JSON.stringify(changes).slice(0, 60)}`, async () => {
        const error = await rejection(insert(table, { ...sound, id: id(50), ...changes }));
        expect(violatedConstraint(error)).to.equal(constraint);
      });
  }

  const [SOURCE, TARGET] = [id(3), id(4)];
  const sound = [
    [SOURCE, -10],
    [TARGET, 10],
  ] as const;
  it('transactions accept two postings that sum to zero', async () => {
    await client.query(...post({ at: 20, postings: sound }));
  });
  const refused: Record<string, [ReturnType<typeof post>, string]> = {
    'one posting': [post({ at: 21, postings: [[TARGET, 10]] }), 'cash_transactions_balance_check'],
    'no posting': [post({ at: 21, postings: [] }), 'cash_transactions_balance_check'],
    'postings that sum to something': [
      post({
        at: 21,
        postings: [
          [SOURCE, -10],
          [TARGET, 11],
        ],
      }),
      'cash_transactions_balance_check',
    ],
    'another amount than its postings say': [
      post({ at: 21, transaction: { amount: 11 }, postings: sound }),
      'cash_transactions_balance_check',
    ],
    'a refund of more than the original': [
      post({ at: 21, transaction: { amount: 11, refund_of: id(20) }, postings: [[TARGET, -11], [SOURCE, 11]] }), // prettier-ignore
      'cash_transactions_refunds_check',
    ],
    'an amount of zero': [post({ at: 21, transaction: { amount: 0 }, postings: sound }), 'cash_transactions_amount_check'], // prettier-ignore
    'what is effective after it was posted': [
      post({ at: 21, transaction: { effective_at: LATER }, postings: sound }),
      'cash_transactions_effective_at_check',
    ],
    'half an origin': [
      post({ at: 21, transaction: { origin_type: 'order' }, postings: sound }),
      'cash_transactions_origin_check',
    ],
    'a reversal that is a refund too': [
      post({ at: 21, transaction: { reversal_of: id(20), refund_of: id(20) }, postings: sound }),
      'cash_transactions_link_check',
    ],
    'another currency than the amounts': [
      post({ at: 21, transaction: { currency: 'USD' }, postings: sound }),
      'cash_postings_transaction_fkey',
    ],
  };
  for (const [what, [query, constraint]] of Object.entries(refused))
    it(`transactions reject ${what}`, async () => {
      expect(violatedConstraint(await rejection(client.query(...query)))).to.equal(constraint);
    });

  it('postings cannot be added to a transaction later', async () => {
    const error = await rejection(
      client.query(
        `INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, effective_at, posted_at)
         SELECT number, $2, 1, 'EUR', $3, $3 FROM cash_transactions WHERE id = $1`,
        [id(20), id(8), AT],
      ),
    );
    expect(violatedConstraint(error)).to.be.oneOf([
      'cash_postings_balance_check',
      'cash_postings_amount_id_fkey',
    ]);
  });

  it('postings cannot be added to a transaction later, even in a pair that sums to zero', async () => {
    for (const n of [30, 31]) {
      await insert('cash_accounts', { ...ACCOUNT, id: id(n) });
      await insert('cash_amounts', { ...AMOUNT, id: id(n + 10), account_id: id(n) });
    }
    const error = await rejection(
      client.query(
        `INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, effective_at, posted_at)
         SELECT number, s.amount_id, s.delta, 'EUR', $4, $4
         FROM cash_transactions, (VALUES ($2::uuid, -5), ($3::uuid, 5)) AS s (amount_id, delta) WHERE id = $1`,
        [id(20), id(40), id(41), AT],
      ),
    );
    expect(violatedConstraint(error)).to.equal('cash_postings_balance_check');
  });

  it('postings are rejected in a closed month', async () => {
    await client.query("UPDATE cash_amounts SET closed_until = '2026-10-31T23:00:00Z' WHERE id = $1", [
      TARGET,
    ]);
    const query = post({
      at: 21,
      transaction: { effective_at: '2026-10-31T22:59:59.999Z' },
      postings: sound,
    });
    expect(violatedConstraint(await rejection(client.query(...query)))).to.equal(
      'cash_postings_period_check',
    );
    await client.query(
      ...post({ at: 22, transaction: { effective_at: '2026-10-31T23:00:00Z' }, postings: sound }),
    );
  });

  it('at most one transaction has an origin, and at most one reverses a transaction', async () => {
    const origin = { origin_type: 'order', origin_id: 'o', origin_event: 'payment:1' };
    await client.query(...post({ at: 23, transaction: origin, postings: sound }));
    const again = await rejection(client.query(...post({ at: 24, transaction: origin, postings: sound })));
    expect(violatedConstraint(again)).to.equal('cash_transactions_origin_key');
    const reversal = { reversal_of: id(23) };
    const back = [[TARGET, -10], [SOURCE, 10]] as const; // prettier-ignore
    await client.query(...post({ at: 25, transaction: reversal, postings: back }));
    const twice = await rejection(client.query(...post({ at: 26, transaction: reversal, postings: back })));
    expect(violatedConstraint(twice)).to.equal('cash_transactions_reversal_of_key');
  });
});
