// The door: what other contexts may use. `ledger` is resolved in their unit of work and posts in its transaction.
export {
  STANDARD_ACCOUNTS,
  type Ledger,
  type LedgerPosting,
  type StandardAccount,
} from './application/ledger.js';
export type { Origin } from './domain/transaction.js';
