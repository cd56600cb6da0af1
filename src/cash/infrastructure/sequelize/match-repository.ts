import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { Match, MatchRepository } from '../../application/bank-ports.js';
import { alreadyMatched } from '../../domain/errors.js';
import type { Movement } from '../../domain/match.js';
import { matchAttributes } from './models/match.js';

const FIND: Statement = {
  name: 'cash_match',
  text: `
    SELECT ${columns(matchAttributes(), 'm')},
      (SELECT json_agg(t.transaction_id ORDER BY t.transaction_id) FROM cash_match_transactions t
       WHERE t.match_id = m.id) AS "transactionIds"
    FROM cash_matches m WHERE m.id = $1`,
};
const HOLDS_LINE: Statement = {
  name: 'cash_match_holds_line',
  text: 'SELECT EXISTS (SELECT FROM cash_matches WHERE bank_line_id = $1 AND live) AS held',
};
const MOVEMENTS: Statement = {
  name: 'cash_movements',
  text: `
    SELECT t.id AS "transactionId", coalesce(moved.delta, 0)::text AS delta,
      EXISTS (
        SELECT FROM cash_match_transactions m
        WHERE m.transaction_id = t.id AND m.real_account_id = $1 AND m.live
      ) AS matched
    FROM cash_transactions t CROSS JOIN LATERAL (
      SELECT sum(p.delta) AS delta FROM cash_postings p JOIN cash_amounts a ON a.id = p.amount_id
      WHERE p.transaction_number = t.number AND a.real_account_id = $1
    ) AS moved
    WHERE t.id = ANY ($2::uuid[])`,
};
// Match and transactions in one statement, so that the trigger that sums them up sees both.
const INSERT: Statement = {
  name: 'cash_insert_match',
  text: `
    WITH made AS (
      INSERT INTO cash_matches (id, bank_line_id, real_account_id, live, matched_at, matched_by)
      VALUES ($1, $2, $3, true, $4, $5)
    )
    INSERT INTO cash_match_transactions (match_id, real_account_id, live, transaction_id)
    SELECT $1, $3, true, t.id FROM unnest($6::uuid[]) AS t (id)`,
};
const REMOVE: Statement = {
  name: 'cash_remove_match',
  text: `
    UPDATE cash_matches SET live = false, removed_at = $2, removed_by = $3 WHERE id = $1 AND live
    RETURNING id`,
};

export const makeMatchRepository = ({ database }: { database: Database }): MatchRepository => ({
  async find(id) {
    const [row] = await database.rows<Match>(FIND, [id]);
    return (
      row && {
        id: row.id,
        bankLineId: row.bankLineId,
        realAccountId: row.realAccountId,
        transactionIds: row.transactionIds,
        matchedAt: row.matchedAt,
        matchedBy: row.matchedBy,
        removedAt: row.removedAt,
        removedBy: row.removedBy,
      }
    );
  },
  async holdsLine(bankLineId) {
    const [row] = await database.rows<{ held: boolean }>(HOLDS_LINE, [bankLineId]);
    return row?.held ?? false;
  },
  async movements(realAccountId, transactionIds) {
    type Row = Omit<Movement, 'delta'> & Readonly<{ delta: string }>;
    const rows = await database.rows<Row>(MOVEMENTS, [realAccountId, transactionIds]);
    return rows.map(({ transactionId, delta, matched }) => ({
      transactionId,
      delta: toNumber(delta),
      matched,
    }));
  },
  async insert({ id, bankLineId, realAccountId, matchedAt, matchedBy, transactionIds }) {
    try {
      await database.rows(INSERT, [id, bankLineId, realAccountId, matchedAt, matchedBy, transactionIds]);
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'cash_matches_line_key') throw alreadyMatched({ bankLineId });
      // The error does not name the transaction, so the conflict names the first one.
      if (constraint === 'cash_match_transactions_once_key')
        throw alreadyMatched({ transactionId: transactionIds[0] ?? '' });
      throw error;
    }
  },
  async remove({ id, removedAt, removedBy }) {
    const removed = await database.rows(REMOVE, [id, removedAt, removedBy]);
    if (removed.length === 0) throw new Error(`the match ${id} was removed by somebody else under its lock`);
  },
});
