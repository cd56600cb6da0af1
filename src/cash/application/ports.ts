// The ports of the ledger, and the domain types in their signatures.
export { ACCOUNT_TYPES, type Account, type AccountType } from '../domain/account.js';
export { availableOf, countable, type Amount } from '../domain/amount.js';
export { HOLD_STATUSES, statusAt, type Hold, type HoldStatus } from '../domain/hold.js';
export { isPeriod, type ClosedPeriod, type Period } from '../domain/period.js';
export { REAL_ACCOUNT_KINDS, type RealAccount, type RealAccountKind } from '../domain/real-account.js';
export type { Origin, PostedTransaction, Transaction } from '../domain/transaction.js';

export * from './ports/amounts.js';
export * from './ports/accounts.js';
export * from './ports/books.js';
export * from './ports/holds.js';
export * from './ports/periods.js';
export * from './ports/balances.js';
export * from './ports/integrity.js';
export * from './ports/cash-ports.js';
