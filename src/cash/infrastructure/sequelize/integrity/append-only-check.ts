import type { IntegrityCheck } from '../../../../platform/database/integrity.js';

const APPEND_ONLY = [
  'cash_batches',
  'cash_transactions',
  'cash_postings',
  'cash_periods',
  'cash_period_reopenings',
  'cash_imports',
  'cash_bank_lines',
  'cash_reconciliations',
];

/** The triggers that reject changes of posted rows exist and are enabled. */
export const appendOnlyCheck: IntegrityCheck = {
  name: 'posted-rows-refuse-change',
  // Bits of pg_trigger.tgtype: 2 before, 8 delete, 16 update, 32 truncate; together 58.
  sql: `
      SELECT name AS id FROM unnest(ARRAY[${APPEND_ONLY.map((table) => `'${table}'`).join(', ')}]) AS name
      WHERE NOT EXISTS (
        SELECT FROM pg_trigger g JOIN pg_proc f ON f.oid = g.tgfoid
        WHERE g.tgrelid = to_regclass(name) AND g.tgname LIKE 'append\\_only%' AND f.proname = 'praxis_refuse_change'
          AND g.tgenabled IN ('O', 'A') AND g.tgtype & 58 = 58
      )`,
};
