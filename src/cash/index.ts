// The public API. Other contexts resolve `ledger` in their unit of work, and it posts in their transaction.
export type { Ledger, LedgerPosting } from './application/ledger.js';
export { STANDARD_ACCOUNTS, type StandardAccount } from './application/standard-accounts.js';
export type { Origin } from './domain/transaction.js';
