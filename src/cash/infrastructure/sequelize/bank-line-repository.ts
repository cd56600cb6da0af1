import type { Transaction } from 'sequelize';
import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { BankLine, BankLineRepository, LineOutcomes } from '../../application/bank-ports.js';
import { bankLineAttributes } from './models/bank-line.js';
import type { CashModels } from './models/cash-models.js';

/** A row of `cash_bank_lines`, from the model or from a query with the columns below. */
export type BankLineColumns = Omit<BankLine, 'amount' | 'fingerprint'> &
  Readonly<{ amount: string | number; fingerprint: Buffer }>;

export const BANK_LINE_COLUMNS = columns(bankLineAttributes(), 'l');

export const toBankLine = (row: BankLineColumns): BankLine => ({
  id: row.id,
  realAccountId: row.realAccountId,
  importId: row.importId,
  bookedOn: row.bookedOn,
  valueDate: row.valueDate,
  amount: toNumber(row.amount),
  currency: row.currency,
  remittance: row.remittance,
  counterparty: row.counterparty,
  reference: row.reference,
  fingerprint: row.fingerprint.toString('hex'),
  occurrence: row.occurrence,
});

// A subquery with LIMIT forces an index lookup for each row. Otherwise the planner scans the table, whose statistics are from
// before the import.
const KNOWN = `(
  SELECT 1 FROM cash_bank_lines l
  WHERE l.real_account_id = g."realAccountId" AND l.fingerprint = g.digest AND l.occurrence = g.occurrence LIMIT 1
) IS NOT NULL`;

const GIVEN = `
  given AS MATERIALIZED (
    SELECT g.*, decode(g.fingerprint, 'hex') AS digest,
      coalesce(to_char(g."bookedOn", 'YYYY-MM') <= r.closed_through, false) AS in_closed_month
    FROM json_to_recordset($1::json) AS g (
      position int, id uuid, "realAccountId" uuid, "importId" uuid, "bookedOn" date, "valueDate" date, amount bigint,
      currency text, remittance text, counterparty text, reference text, fingerprint text, occurrence int)
    JOIN cash_real_accounts r ON r.id = g."realAccountId"
  )`;

const CLOSED = `
  coalesce((SELECT json_agg(position ORDER BY position) FROM given g WHERE in_closed_month AND NOT ${KNOWN}), '[]') AS closed`;

const ADD: Statement = {
  name: 'cash_add_bank_lines',
  text: `
    WITH ${GIVEN}, added AS (
      INSERT INTO cash_bank_lines (id, real_account_id, import_id, booked_on, value_date, amount, currency, remittance,
        counterparty, reference, fingerprint, occurrence)
      SELECT id, "realAccountId", "importId", "bookedOn", "valueDate", amount, currency, remittance, counterparty, reference,
        digest, occurrence
      FROM given WHERE NOT in_closed_month ORDER BY position
      ON CONFLICT ON CONSTRAINT cash_bank_lines_once_key DO NOTHING
      RETURNING id
    )
    SELECT (SELECT count(*)::int FROM added) AS added, ${CLOSED}`,
};
const COMPARE: Statement = {
  name: 'cash_compare_bank_lines',
  text: `
    WITH ${GIVEN}
    SELECT (SELECT count(*)::int FROM given g WHERE NOT in_closed_month AND NOT ${KNOWN}) AS added, ${CLOSED}`,
};
const UNMATCHED_THROUGH: Statement = {
  name: 'cash_unmatched_bank_lines',
  text: `
    SELECT count(*)::int AS lines, count(*) FILTER (WHERE m.id IS NULL)::int AS unmatched
    FROM cash_bank_lines l LEFT JOIN cash_matches m ON m.bank_line_id = l.id AND m.live
    WHERE l.real_account_id = $1 AND l.booked_on <= $2::date`,
};

export const makeBankLineRepository = ({
  cashModels: { bankLines },
  database,
  transaction,
}: {
  cashModels: CashModels;
  database: Database;
  transaction: Transaction;
}): BankLineRepository => {
  async function decide(statement: Statement, lines: readonly BankLine[]): Promise<LineOutcomes> {
    type Row = { added: number; closed: number[] };
    const given = lines.map((line, position) => ({ ...line, position }));
    const [row] = await database.rows<Row>(statement, [JSON.stringify(given)]);
    const { added, closed } = row ?? { added: 0, closed: [] };
    return { added, closed, duplicates: lines.length - added - closed.length };
  }
  return {
    add: (lines) => decide(ADD, lines),
    compare: (lines) => decide(COMPARE, lines),
    async find(id) {
      const row = await bankLines.findByPk(id, { transaction });
      return row === null ? undefined : toBankLine(row);
    },
    async unmatchedThrough(realAccountId, through) {
      type Row = { lines: number; unmatched: number };
      const [row] = await database.rows<Row>(UNMATCHED_THROUGH, [realAccountId, through]);
      return row ?? { lines: 0, unmatched: 0 };
    },
  };
};
