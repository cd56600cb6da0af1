import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { BankLineView, BankQueries, DayRange, PeriodView } from '../../application/bank-ports.js';
import { BANK_LINE_COLUMNS, toBankLine, type BankLineColumns } from './bank-line-repository.js';
import { parameters, variant, where, type Parameters } from './filters.js';
import { toMinor } from './minor-units.js';
import {
  RECONCILIATION_COLUMNS,
  toReconciliation,
  type ReconciliationColumns,
} from './reconciliation-repository.js';

type Named = Readonly<{ id: string; name: string }>;
type LineColumns = BankLineColumns &
  Readonly<{
    matchId: string | null;
    matchedAt: Date | null;
    matchedById: string | null;
    matchedByName: string | null;
    transactionIds: readonly string[] | null;
  }>;

const LINE = `
  SELECT ${BANK_LINE_COLUMNS}, m.id AS "matchId", m.matched_at AS "matchedAt", u.id AS "matchedById",
    u.name AS "matchedByName",
    (SELECT json_agg(t.transaction_id ORDER BY t.transaction_id) FROM cash_match_transactions t WHERE t.match_id = m.id)
      AS "transactionIds"
  FROM cash_bank_lines l
  LEFT JOIN cash_matches m ON m.bank_line_id = l.id AND m.live
  LEFT JOIN public_users u ON u.id = m.matched_by`;

const LINE_BY_ID: Statement = { name: 'cash_bank_line', text: `${LINE} WHERE l.id = $1` };

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

const inDays = ({ from, to }: DayRange, { add }: Parameters) => [
  from === null ? undefined : `l.booked_on >= ${add(from)}::date`,
  to === null ? undefined : `l.booked_on < ${add(to)}::date`,
];

const CANDIDATES: Statement = {
  name: 'cash_match_candidates',
  text: `
    SELECT t.id AS "transactionId", moved.delta::text AS delta, t.description, t.effective_at AS "effectiveAt",
      u.name AS "payerName"
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
      -- What was taken back at once never reached the bank.
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

const PERIOD = `
  SELECT p.id, p.real_account_id AS "realAccountId", p.period, p.starts_at AS "startsAt", p.ends_at AS "endsAt",
    p.closed_at AS "closedAt", c.id AS "closedById", c.name AS "closedByName", o.reopened_at AS "reopenedAt",
    n.id AS "reopenedById", n.name AS "reopenedByName", o.reason
  FROM cash_periods p
  LEFT JOIN public_users c ON c.id = p.closed_by
  LEFT JOIN cash_period_reopenings o ON o.period_id = p.id
  LEFT JOIN public_users n ON n.id = o.reopened_by`;

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
  async bankLines({ realAccountId, matched, ...range }, { limit, after }) {
    const bound = parameters();
    const conditions = [
      realAccountId && `l.real_account_id = ${bound.add(realAccountId)}`,
      matched === undefined ? undefined : `m.id IS ${matched ? 'NOT ' : ''}NULL`,
      ...inDays(range, bound),
      after && `(l.booked_on, l.id) < (${bound.add(after[0])}::date, ${bound.add(after[1])}::uuid)`,
    ];
    const matchedIs = matched === undefined ? '' : matched ? '_matched' : '_unmatched';
    const rows = await database.rows<LineColumns>(
      {
        name: variant(`cash_bank_lines${matchedIs}`, ...conditions),
        text: `${LINE} ${where(conditions)} ORDER BY l.booked_on DESC, l.id DESC LIMIT ${bound.add(limit + 1)}`,
      },
      bound.values,
    );
    return toPage(rows.map(toLineView), limit, ({ bookedOn, id }) => [bookedOn, id]);
  },
  async bankStatement(realAccountId, range, limit) {
    const bound = parameters();
    const id = bound.add(realAccountId);
    const conditions = [`l.real_account_id = r.id`, ...inDays(range, bound)];
    type Row = Readonly<{ accountCurrency: string }> & (BankLineColumns | Readonly<{ id: null }>);
    const rows = await database.rows<Row>(
      {
        name: variant('cash_bank_statement', ...conditions),
        text: `
          SELECT r.currency AS "accountCurrency", line.* FROM cash_real_accounts r
          LEFT JOIN LATERAL (
            SELECT ${BANK_LINE_COLUMNS} FROM cash_bank_lines l ${where(conditions)}
            ORDER BY l.booked_on, l.fingerprint, l.occurrence LIMIT ${bound.add(limit)}
          ) AS line ON true
          WHERE r.id = ${id}
          ORDER BY line."bookedOn", line.fingerprint, line.occurrence`,
      },
      bound.values,
    );
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
    return rows.map((row) => ({ ...row, delta: toMinor(row.delta) }));
  },
  async reconciliations(realAccountId, { limit, after }) {
    const bound = parameters();
    const conditions = [
      `c.real_account_id = ${bound.add(realAccountId)}`,
      after && `c.id < ${bound.add(after[0])}`,
    ];
    const rows = await database.rows<ReconciliationColumns>(
      {
        name: variant('cash_reconciliations', ...conditions),
        text: `SELECT ${RECONCILIATION_COLUMNS} FROM cash_reconciliations c ${where(conditions)}
          ORDER BY c.id DESC LIMIT ${bound.add(limit + 1)}`,
      },
      bound.values,
    );
    return toPage(rows.map(toReconciliation), limit, ({ id }) => [id]);
  },
  async periods(realAccountId, { limit, after }) {
    const bound = parameters();
    const conditions = [
      `p.real_account_id = ${bound.add(realAccountId)}`,
      after && `p.id < ${bound.add(after[0])}`,
    ];
    const rows = await database.rows<PeriodColumns>(
      {
        name: variant('cash_periods', ...conditions),
        text: `${PERIOD} ${where(conditions)} ORDER BY p.id DESC LIMIT ${bound.add(limit + 1)}`,
      },
      bound.values,
    );
    return toPage(rows.map(toPeriodView), limit, ({ id }) => [id]);
  },
});
