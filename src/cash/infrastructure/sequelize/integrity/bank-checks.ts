import type { IntegrityCheck } from '../../../../platform/database/integrity.js';
import { STILL_CLOSED } from './still-closed.js';

/** The invariants of bank lines, imports and matches. */
export const bankChecks: readonly IntegrityCheck[] = [
  {
    name: 'matches-add-up-to-their-bank-line',
    sql: `
      SELECT m.id::text FROM cash_matches m JOIN cash_bank_lines l ON l.id = m.bank_line_id
      WHERE l.amount IS DISTINCT FROM (
        SELECT sum(p.delta) FROM cash_match_transactions x
        JOIN cash_transactions t ON t.id = x.transaction_id
        JOIN cash_postings p ON p.transaction_number = t.number
        JOIN cash_amounts a ON a.id = p.amount_id AND a.real_account_id = l.real_account_id
        WHERE x.match_id = m.id
      )`,
  },
  {
    name: 'matched-at-most-once',
    sql: `
      SELECT m.bank_line_id::text AS id FROM cash_matches m WHERE m.removed_at IS NULL
      GROUP BY m.bank_line_id HAVING count(*) > 1
      UNION
      SELECT x.transaction_id::text FROM cash_match_transactions x JOIN cash_matches m ON m.id = x.match_id
      WHERE m.removed_at IS NULL GROUP BY x.transaction_id, m.real_account_id HAVING count(*) > 1
      UNION
      SELECT m.id::text FROM cash_matches m JOIN cash_match_transactions x ON x.match_id = m.id
      WHERE m.live <> (m.removed_at IS NULL) OR x.live <> m.live OR x.real_account_id <> m.real_account_id`,
  },
  {
    name: 'imports-count-their-lines',
    sql: `
      SELECT i.id::text FROM cash_imports i LEFT JOIN cash_bank_lines l ON l.import_id = i.id
      GROUP BY i.id HAVING count(l.id) <> i.added`,
  },
  {
    name: 'equal-bank-lines-are-numbered',
    sql: `
      SELECT max(l.id::text) AS id FROM cash_bank_lines l
      GROUP BY l.real_account_id, l.fingerprint HAVING count(*) <> max(l.occurrence)`,
  },
  {
    name: 'closed-months-agree-with-the-bank',
    sql: `
      SELECT DISTINCT l.id::text FROM ${STILL_CLOSED} AS c
      JOIN cash_bank_lines l ON l.real_account_id = c.real_account_id AND to_char(l.booked_on, 'YYYY-MM') <= c.period
      LEFT JOIN cash_matches m ON m.bank_line_id = l.id AND m.removed_at IS NULL
      WHERE m.id IS NULL`,
  },
];
