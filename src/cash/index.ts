// The public API. Other contexts resolve `ledger` in their unit of work, and it posts in their transaction.
export {
  STANDARD_ACCOUNTS,
  type Ledger,
  type LedgerPosting,
  type StandardAccount,
} from './application/ledger.js';
export type { Origin } from './domain/transaction.js';
