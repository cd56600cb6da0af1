'use strict';

// The books of the demo practice: three months up to now, sound by every rule (npx praxis integrity).
// What the ledger posts by one statement is posted here by one statement too, for its triggers want nothing less.

const CURRENCY = 'EUR';
const STAFF = '01999999-0002-7000-8000-000000000002';
const DAY_MS = 86_400_000;
const DAYS = 91;

/** Ids of ours: `kind` tells them from those of other seeders, so that they can be taken out again. */
const idOf = (kind, n) => `01999999-${kind}-7000-8000-${String(n).padStart(12, '0')}`;
const REAL = '1001';
const ACCOUNT = '1002';
const AMOUNT = '1003';
const TRANSACTION = '1004';
const HOLD = '1005';

/** [key, code, name, kind, iban] */
const REAL_ACCOUNTS = [
  ['world', 'world', 'The world outside', 'external', null],
  ['bank', null, 'Current account', 'bank', 'DE89370400440532013000'],
  ['savings', null, 'Savings account', 'bank', 'DE02120300000000202051'],
  ['clearing', 'card-clearing', 'Card clearing', 'bank', null],
  ['desk', 'desk', 'Cash desk', 'cash', null],
];

/** [key, code, name, home, type, default?, floor, goal]; hot is what the database works out of type and floor. */
const ACCOUNTS = [
  ['opening', 'opening-balances', 'Opening balances', 'world', 'equity', true, null, null],
  ['shop', 'shop-income', 'Shop income', 'world', 'income', false, null, null],
  ['clinic', 'clinic-income', 'Clinic income', 'world', 'income', false, null, null],
  ['rentPaid', null, 'Rent and utilities', 'world', 'expense', false, null, null],
  ['wages', null, 'Wages', 'world', 'expense', false, null, null],
  ['supplies', null, 'Supplies', 'world', 'expense', false, null, null],
  ['fees', null, 'Bank and card fees', 'world', 'expense', false, null, null],
  ['unallocated', null, 'unallocated', 'bank', 'asset', true, 0, null],
  ['rent', null, 'Rent', 'bank', 'asset', false, 0, null],
  ['payroll', null, 'Payroll', 'bank', 'asset', false, 0, null],
  ['taxes', null, 'Taxes', 'bank', 'asset', false, 0, 900_000],
  ['reserve', null, 'unallocated', 'savings', 'asset', true, 0, null],
  ['chair', null, 'New treatment chair', 'savings', 'asset', false, 0, 1_200_000],
  ['card', 'card-clearing', 'Card clearing', 'clearing', 'asset', true, null, null],
  ['cash', 'desk-cash', 'Cash desk', 'desk', 'asset', true, null, null],
  // The income of before Praxis took the payments: nothing but payments and refunds is posted to the standard accounts.
  ['treatments', null, 'Treatments', 'world', 'income', false, null, null],
  ['sales', null, 'Sales at the counter', 'world', 'income', false, null, null],
];

const numberOf = (rows, key) => rows.findIndex(([each]) => each === key) + 1;
const isHot = ([, , , , type, , floor]) => floor === null && (type === 'income' || type === 'expense');

/** Always the same sequence (mulberry32): a demo that is set up again looks the same. */
function makeRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What happened, day by day: { source, target, amount, description, at, postedAt?, refundOf? }, oldest first. */
function history(now) {
  const random = makeRandom(20261121);
  const between = (low, high) => low + Math.floor(random() * (high - low + 1));
  const moves = [];
  const balance = { card: 0, cash: 0 };
  const at = (day, hour) => {
    const date = new Date(now.getTime() - (DAYS - day) * DAY_MS);
    date.setUTCHours(hour, between(0, 59), 0, 0);
    return date;
  };
  const move = (when, source, target, amount, description, more = {}) => {
    // Today's evening is not over yet.
    if (when > now) return undefined;
    for (const [key, sign] of [
      [source, -1],
      [target, 1],
    ])
      if (key in balance) balance[key] += sign * amount;
    moves.push({ source, target, amount, description, at: when, ...more });
    return moves.length;
  };

  move(at(0, 6), 'opening', 'unallocated', 1_850_000, 'Opening balance, current account');
  move(at(0, 6), 'opening', 'reserve', 1_200_000, 'Opening balance, savings');
  move(at(0, 6), 'opening', 'cash', 20_000, 'Float');
  for (let day = 1; day <= DAYS; day += 1) {
    const weekday = at(day, 12).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    // What falls on a weekend is done on the Monday after it, so that the weekday of loading leaves nothing out.
    const due = weekday === 1 ? [day - 2, day - 1, day] : [day];
    const isDue = (dayOfMonth) => due.some((each) => each > 0 && each % 30 === dayOfMonth);
    const treatment = move(at(day, 9), 'treatments', 'card', between(40, 180) * 100, 'Treatments, by card');
    if (random() < 0.35)
      move(at(day, 11), 'treatments', 'cash', between(20, 90) * 100, 'Treatments, at the desk');
    if (random() < 0.45) move(at(day, 13), 'sales', 'card', between(990, 7_990), 'Sales, by card');
    if (due.includes(40)) move(at(day, 15), 'card', 'treatments', 2_000, 'Goodwill', { refundOf: treatment });
    if (weekday === 5) {
      const fee = Math.round(balance.card * 0.014);
      if (fee > 0) move(at(day, 16), 'card', 'fees', fee, 'Card fees of the week');
      if (balance.card > 0) move(at(day, 16), 'card', 'unallocated', balance.card, 'Card payout');
      if (balance.cash > 20_000)
        move(at(day, 17), 'cash', 'unallocated', balance.cash - 20_000, 'Takings to the bank');
    }
    if (weekday === 2 && random() < 0.6)
      move(at(day, 10), 'unallocated', 'supplies', between(45, 260) * 100, 'Dental supplies');
    // Set aside an hour before it is spent: an envelope with a floor is never below it, not even between two postings.
    if (isDue(2)) {
      move(at(day, 7), 'unallocated', 'rent', 145_000, 'Set aside for rent');
      move(at(day, 8), 'rent', 'rentPaid', 145_000, 'Rent');
    }
    if (isDue(24)) move(at(day, 7), 'unallocated', 'payroll', 290_000, 'Set aside for wages');
    if (isDue(25)) move(at(day, 8), 'payroll', 'wages', 286_500, 'Wages');
    if (isDue(26)) {
      move(at(day, 8), 'unallocated', 'taxes', 60_000, 'Set aside for taxes');
      move(at(day, 9), 'reserve', 'chair', 40_000, 'For the new chair');
    }
    // Entered two days late, as it happens.
    if (due.includes(58))
      move(at(day, 12), 'unallocated', 'supplies', 8_940, 'Invoice found in the drawer', {
        postedAt: at(day + 2, 9),
      });
  }
  return moves.sort((a, b) => (a.postedAt ?? a.at) - (b.postedAt ?? b.at));
}

/** The rows of all tables, with the balances and versions that the postings leave. */
function books(now) {
  const start = new Date(now.getTime() - (DAYS + 1) * DAY_MS);
  const cells = new Map(
    ACCOUNTS.map((account, index) => [
      account[0],
      { id: idOf(AMOUNT, index + 1), hot: isHot(account), amount: 0, held: 0, version: 0 },
    ]),
  );
  const moves = history(now);
  const transactions = moves.map((each, index) => {
    const landings = [
      [each.source, -each.amount],
      [each.target, each.amount],
    ].map(([key, delta]) => {
      const cell = cells.get(key);
      cell.amount += delta;
      if (!cell.hot) cell.version += 1;
      return cell.hot ? [cell.id, null, null] : [cell.id, cell.version, cell.amount];
    });
    const [[source, sourceVersion, sourceAfter], [target, targetVersion, targetAfter]] = landings;
    return {
      position: index,
      id: idOf(TRANSACTION, index + 1),
      amount: each.amount,
      description: each.description,
      effectiveAt: each.at,
      postedAt: each.postedAt ?? each.at,
      refundOf: null,
      source,
      sourceVersion,
      sourceAfter,
      target,
      targetVersion,
      targetAfter,
    };
  });
  const refunded = moves.findIndex(({ refundOf }) => refundOf !== undefined);
  if (refunded >= 0) {
    const { source, target, at } = moves[refunded];
    const original = moves.findIndex(
      (each, index) =>
        index < refunded && each.source === target && each.target === source && at - each.at < DAY_MS,
    );
    if (original >= 0) transactions[refunded].refundOf = transactions[original].id;
  }
  const held = 35_000;
  cells.get('chair').held = held;
  return {
    realAccounts: REAL_ACCOUNTS.map(([, code, name, kind, iban], index) => ({
      id: idOf(REAL, index + 1),
      code,
      name,
      kind,
      iban,
      at: start,
    })),
    accounts: ACCOUNTS.map(([, code, name, home, type, isDefault, floor, goal], index) => ({
      id: idOf(ACCOUNT, index + 1),
      code,
      name,
      realAccountId: idOf(REAL, numberOf(REAL_ACCOUNTS, home)),
      type,
      isDefault,
      floor,
      goal,
      at: start,
    })),
    amounts: ACCOUNTS.map(([key, , , home, , , floor], index) => ({
      accountId: idOf(ACCOUNT, index + 1),
      realAccountId: idOf(REAL, numberOf(REAL_ACCOUNTS, home)),
      floor,
      ...cells.get(key),
    })),
    transactions,
    holds: [
      {
        id: idOf(HOLD, 1),
        source: cells.get('chair').id,
        target: cells.get('supplies').id,
        amount: held,
        createdAt: new Date(now.getTime() - DAY_MS),
        expiresAt: new Date(now.getTime() + 6 * DAY_MS),
      },
    ],
  };
}

const INSERT = `
  WITH real AS (
    INSERT INTO cash_real_accounts (id, code, name, kind, currency, iban, created_at, updated_at, version)
    SELECT id, code, name, kind, '${CURRENCY}', iban, at, at, 1 FROM json_to_recordset($1::json -> 'realAccounts')
      AS r (id uuid, code text, name text, kind text, iban text, at timestamptz)
  ), account AS (
    INSERT INTO cash_accounts (id, code, name, real_account_id, type, currency, floor, goal, is_default, created_at, updated_at, version)
    SELECT id, code, name, "realAccountId", type, '${CURRENCY}', floor, goal, "isDefault", at, at, 1
    FROM json_to_recordset($1::json -> 'accounts') AS a (id uuid, code text, name text, "realAccountId" uuid, type text,
      floor bigint, goal bigint, "isDefault" boolean, at timestamptz)
  ), amount AS (
    INSERT INTO cash_amounts (id, account_id, real_account_id, currency, amount, held, floor, version, hot, checkpoint, frozen)
    SELECT id, "accountId", "realAccountId", '${CURRENCY}', CASE WHEN hot THEN 0 ELSE amount END, held, floor, version, hot, 0, false
    FROM json_to_recordset($1::json -> 'amounts') AS a (id uuid, "accountId" uuid, "realAccountId" uuid, amount bigint,
    held bigint, floor bigint, version int, hot boolean)
  ), entry AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json -> 'transactions') AS e (position int, id uuid, amount bigint, description text,
      "effectiveAt" timestamptz, "postedAt" timestamptz, "refundOf" uuid, source uuid, "sourceVersion" int, "sourceAfter" bigint,
      target uuid, "targetVersion" int, "targetAfter" bigint)
  ), posted AS (
    INSERT INTO cash_transactions (id, amount, currency, description, effective_at, posted_at, refund_of, created_by)
    SELECT id, amount, '${CURRENCY}', description, "effectiveAt", "postedAt", "refundOf", $2::uuid FROM entry ORDER BY position
    RETURNING id, number
  ), side AS (
    INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, version, amount_after, effective_at, posted_at)
    SELECT posted.number, s.amount_id, s.delta, '${CURRENCY}', s.version, s.amount_after, e."effectiveAt", e."postedAt"
    FROM entry e JOIN posted USING (id) CROSS JOIN LATERAL (
      VALUES (e.source, -e.amount, e."sourceVersion", e."sourceAfter"), (e.target, e.amount, e."targetVersion", e."targetAfter")
    ) AS s (amount_id, delta, version, amount_after)
  )
  INSERT INTO cash_holds (id, source_amount_id, target_amount_id, amount, currency, status, expires_at, created_at, created_by)
  SELECT id, source, target, amount, '${CURRENCY}', 'open', "expiresAt", "createdAt", $2::uuid
  FROM json_to_recordset($1::json -> 'holds') AS h (id uuid, source uuid, target uuid, amount bigint,
    "expiresAt" timestamptz, "createdAt" timestamptz)
`;

// Refused by the foreign keys once somebody else's transactions touch these accounts: those stay. One query, so that
// it is one transaction whoever runs it, and `SET LOCAL` lasts to its end.
const DELETE = `
  SET LOCAL praxis.maintenance = 'on';
  DELETE FROM cash_holds WHERE id::text LIKE '01999999-${HOLD}-%';
  DELETE FROM cash_postings p USING cash_transactions t
    WHERE t.number = p.transaction_number AND t.id::text LIKE '01999999-${TRANSACTION}-%';
  DELETE FROM cash_transactions WHERE id::text LIKE '01999999-${TRANSACTION}-%';
  DELETE FROM cash_amounts WHERE id::text LIKE '01999999-${AMOUNT}-%';
  DELETE FROM cash_accounts WHERE id::text LIKE '01999999-${ACCOUNT}-%';
  DELETE FROM cash_real_accounts WHERE id::text LIKE '01999999-${REAL}-%';
  SET LOCAL praxis.maintenance = 'off';
`;

module.exports = {
  up: ({ sequelize }) => sequelize.query(INSERT, { bind: [JSON.stringify(books(new Date())), STAFF] }),
  down: ({ sequelize }) => sequelize.query(DELETE),
};
