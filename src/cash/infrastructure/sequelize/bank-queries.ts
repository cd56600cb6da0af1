import { toPage, type PageRequest } from '../../../kernel/page.js';
import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { BankLineView, BankQueries, PeriodView } from '../../application/bank-ports.js';
import { BANK_LINE_COLUMNS, toBankLine, type BankLineColumns } from './bank-line-repository.js';
import { periodAttributes } from './models/period.js';
import { reconciliationAttributes } from './models/reconciliation.js';
import { transactionAttributes } from './models/transaction.js';
import { toReconciliation, type ReconciliationColumns } from './reconciliation-repository.js';

type Named = Readonly<{ id: string; name: string }>;
type LineColumns = BankLineColumns &
  Readonly<{
    matchId: string | null;
    matchedAt: Date | null;
    matchedById: string | null;
    matchedByName: string | null;
    transactionIds: readonly string[] | null;
  }>;

const SELECT_LINES = `
  SELECT ${BANK_LINE_COLUMNS}, m.id AS "matchId", m.matched_at AS "matchedAt", u.id AS "matchedById",
    u.name AS "matchedByName",
    (SELECT json_agg(t.transaction_id ORDER BY t.transaction_id) FROM cash_match_transactions t WHERE t.match_id = m.id)
      AS "transactionIds"
  FROM cash_bank_lines l
  LEFT JOIN cash_matches m ON m.bank_line_id = l.id AND m.live
  LEFT JOIN public_users u ON u.id = m.matched_by`;

const LINE_BY_ID: Statement = { name: 'cash_bank_line', text: `${SELECT_LINES} WHERE l.id = $1` };

const named = (id: string | null, name: string | null): Named | null =>
  id === null || name === null ? null : { id, name };

function toLineView(row: LineColumns): BankLineView {
  const { id, realAccountId, importId, currency, occurrence, ...facts } = toBankLine(row);
  const { bookedOn, valueDate, amount, remittance, counterparty, reference } = facts;
  return {
    ...{ id, realAccountId, importId, currency, occurrence },
    ...{ bookedOn, valueDate, amount, remittance, counterparty, reference },
    match:
      row.matchId === null || row.matchedAt === null
        ? null
        : {
            id: row.matchId,
            transactionIds: row.transactionIds ?? [],
            matchedAt: row.matchedAt,
            matchedBy: named(row.matchedById, row.matchedByName),
          },
  };
}

type LineFilter = Readonly<{
  realAccountId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  matched?: true | undefined;
  unmatched?: true | undefined;
}>;

/** Last booked first. Matched and unmatched lines have statements of their own, and so an anti-join for the unmatched ones. */
const LINES: List<LineFilter> = {
  name: 'cash_bank_lines',
  filters: {
    realAccountId: (id, bind) => `l.real_account_id = ${bind(id)}`,
    from: (from, bind) => `l.booked_on >= ${bind(from)}::date`,
    to: (to, bind) => `l.booked_on < ${bind(to)}::date`,
    matched: () => 'm.id IS NOT NULL',
    unmatched: () => 'm.id IS NULL',
  },
  sortKeys: [
    { sql: 'l.booked_on', type: 'date' },
    { sql: 'l.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `${SELECT_LINES} ${where} ${orderBy} ${limit}`,
};

/** First booked first. One row with a null id when the real account has no lines in the range. */
const STATEMENT: Statement = {
  name: 'cash_bank_statement',
  text: `
    SELECT r.currency AS "accountCurrency", line.* FROM cash_real_accounts r
    LEFT JOIN LATERAL (
      SELECT ${BANK_LINE_COLUMNS} FROM cash_bank_lines l
      WHERE l.real_account_id = r.id AND l.booked_on >= coalesce($2::date, '-infinity')
        AND l.booked_on < coalesce($3::date, 'infinity')
      ORDER BY l.booked_on, l.fingerprint, l.occurrence LIMIT $4
    ) AS line ON true
    WHERE r.id = $1
    ORDER BY line."bookedOn", line.fingerprint, line.occurrence`,
};
type StatementRow = Readonly<{ accountCurrency: string }> & (BankLineColumns | Readonly<{ id: null }>);

const CANDIDATES: Statement = {
  name: 'cash_match_candidates',
  text: `
    SELECT t.id AS "transactionId", moved.delta::text AS delta,
      ${columns(transactionAttributes(), 't', { only: ['description', 'effectiveAt'] })}, u.name AS "payerName"
    FROM (
      SELECT p.transaction_number, sum(p.delta) AS delta
      FROM cash_amounts a JOIN cash_postings p ON p.amount_id = a.id
      WHERE a.real_account_id = $1 AND p.effective_at >= $3 AND p.effective_at < $4
      GROUP BY p.transaction_number
    ) AS moved
    JOIN cash_transactions t ON t.number = moved.transaction_number
    LEFT JOIN public_users u ON u.id = t.payer_id
    WHERE sign(moved.delta) = sign($2::bigint) AND abs(moved.delta) <= abs($2::bigint)
      AND NOT EXISTS (
        SELECT FROM cash_match_transactions m WHERE m.transaction_id = t.id AND m.real_account_id = $1 AND m.live
      )
      -- A reversed transaction never reached the bank.
      AND NOT EXISTS (SELECT FROM cash_transactions r WHERE r.reversal_of = t.id)
    ORDER BY abs(extract(epoch FROM t.effective_at - $5::timestamptz)), t.id
    LIMIT $6`,
};

type PeriodColumns = Omit<PeriodView, 'closedBy' | 'reopened'> &
  Readonly<{
    closedById: string | null;
    closedByName: string | null;
    reopenedAt: Date | null;
    reopenedById: string | null;
    reopenedByName: string | null;
    reason: string | null;
  }>;

const PERIODS: List<object> = {
  name: 'cash_periods',
  always: ['p.real_account_id = $1'],
  filters: {},
  sortKeys: [{ sql: 'p.id', type: 'uuid' }],
  text: ({ where, orderBy, limit }) => `
    SELECT ${columns(periodAttributes(), 'p')}, c.id AS "closedById", c.name AS "closedByName",
      o.reopened_at AS "reopenedAt", n.id AS "reopenedById", n.name AS "reopenedByName", o.reason
    FROM cash_periods p
    LEFT JOIN public_users c ON c.id = p.closed_by
    LEFT JOIN cash_period_reopenings o ON o.period_id = p.id
    LEFT JOIN public_users n ON n.id = o.reopened_by
    ${where} ${orderBy} ${limit}`,
};

const RECONCILIATIONS: List<object> = {
  name: 'cash_reconciliations',
  always: ['c.real_account_id = $1'],
  filters: {},
  sortKeys: [{ sql: 'c.id', type: 'uuid' }],
  text: ({ where, orderBy, limit }) =>
    `SELECT ${columns(reconciliationAttributes(), 'c')} FROM cash_reconciliations c ${where} ${orderBy} ${limit}`,
};

/** A page of the list of one real account, last first. */
const ofRealAccount = (list: List<object>, realAccountId: string, page: PageRequest) =>
  listStatement(list, { parameters: [realAccountId], filter: {}, page, direction: 'DESC' });

const toPeriodView = (row: PeriodColumns): PeriodView => ({
  id: row.id,
  realAccountId: row.realAccountId,
  period: row.period,
  startsAt: row.startsAt,
  endsAt: row.endsAt,
  closedAt: row.closedAt,
  closedBy: named(row.closedById, row.closedByName),
  reopened:
    row.reopenedAt === null || row.reason === null
      ? null
      : { at: row.reopenedAt, by: named(row.reopenedById, row.reopenedByName), reason: row.reason },
});

export const makeBankQueries = ({ database }: { database: Database }): BankQueries => ({
  async bankLine(id) {
    const [row] = await database.rows<LineColumns>(LINE_BY_ID, [id]);
    return row && toLineView(row);
  },
  async bankLines({ realAccountId, matched, from, to }, page) {
    const filter = {
      realAccountId,
      from: from ?? undefined,
      to: to ?? undefined,
      ...(matched === undefined ? {} : matched ? ({ matched } as const) : ({ unmatched: true } as const)),
    };
    const { statement, values } = listStatement(LINES, { filter, page, direction: 'DESC' });
    const rows = await database.rows<LineColumns>(statement, values);
    return toPage(rows.map(toLineView), page.limit, ({ bookedOn, id }) => [bookedOn, id]);
  },
  async bankStatement(realAccountId, { from, to }, limit) {
    const rows = await database.rows<StatementRow>(STATEMENT, [realAccountId, from, to, limit]);
    const [first] = rows;
    return (
      first && {
        currency: first.accountCurrency,
        lines: rows.flatMap((row) => (row.id === null ? [] : [toBankLine(row)])),
      }
    );
  },
  async candidates({ realAccountId, amount }, { from, to, around }, limit) {
    type Row = Readonly<{
      transactionId: string;
      delta: string;
      description: string | null;
      effectiveAt: Date;
      payerName: string | null;
    }>;
    const values = [realAccountId, amount, from, to, around, limit];
    const rows = await database.rows<Row>(CANDIDATES, values);
    return rows.map((row) => ({ ...row, delta: toNumber(row.delta) }));
  },
  async reconciliations(realAccountId, page) {
    const { statement, values } = ofRealAccount(RECONCILIATIONS, realAccountId, page);
    const rows = await database.rows<ReconciliationColumns>(statement, values);
    return toPage(rows.map(toReconciliation), page.limit, ({ id }) => [id]);
  },
  async periods(realAccountId, page) {
    const { statement, values } = ofRealAccount(PERIODS, realAccountId, page);
    const rows = await database.rows<PeriodColumns>(statement, values);
    return toPage(rows.map(toPeriodView), page.limit, ({ id }) => [id]);
  },
});
