// The ports of the bank, and the domain types in their signatures.
export type { BankLine } from '../domain/bank-line.js';
export { isCalendarDay } from '../domain/calendar-day.js';
export { IMPORT_PROFILE_NAMES, type ImportProfileName } from '../domain/import-profile.js';
export { MOST_TRANSACTIONS, type Match } from '../domain/match.js';
export type { Reconciliation } from '../domain/reconciliation.js';
export type { Rejection, RejectionCode } from '../domain/statement-file.js';
export { REASONS } from '../domain/suggestion.js';

export * from './ports/imports.js';
export * from './ports/bank-lines.js';
export * from './ports/matches.js';
export * from './ports/reconciliations.js';
export * from './ports/bank-queries.js';
export * from './ports/report-queries.js';
