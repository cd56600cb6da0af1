import { violatedConstraint } from '../../../platform/database/errors.js';
import { accountInUse } from '../../domain/errors.js';

/** The foreign keys that keep an account from being deleted. */
const REFERENCES = new Set([
  'cash_postings_amount_id_fkey',
  'cash_holds_source_fkey',
  'cash_holds_target_fkey',
  'cash_amounts_account_id_fkey',
  'cash_amounts_real_account_id_fkey',
  'cash_accounts_home_fkey',
  'cash_periods_real_account_id_fkey',
  'cash_imports_real_account_id_fkey',
  'cash_bank_lines_real_account_fkey',
  'cash_reconciliations_real_account_fkey',
]);

/** Runs a deletion; a foreign key violation becomes conflict `account-in-use`. */
export async function unlessInUse(deletion: () => Promise<void>): Promise<void> {
  try {
    await deletion();
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint !== undefined && REFERENCES.has(constraint))
      throw accountInUse('Something was posted to it, or other accounts are in it: it can be archived.');
    throw error;
  }
}
