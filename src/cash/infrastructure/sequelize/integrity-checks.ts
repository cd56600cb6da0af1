import type { Sequelize } from 'sequelize';
import { runIntegrityChecks, type IntegrityCheck } from '../../../platform/database/integrity.js';
import type { CashIntegrity } from '../../application/ports.js';
import { appendOnlyCheck } from './integrity/append-only-check.js';
import { bankChecks } from './integrity/bank-checks.js';
import { ledgerChecks } from './integrity/ledger-checks.js';

/**
 * The invariants of the books as queries over the stored rows. Each finds rows that constraints and code should have
 * prevented, however they were written.
 */
export const cashIntegrityChecks: readonly IntegrityCheck[] = [
  ...ledgerChecks,
  ...bankChecks,
  appendOnlyCheck,
];

export const makeCashIntegrity = ({ sequelize }: { sequelize: Sequelize }): CashIntegrity => ({
  check: () => runIntegrityChecks(sequelize, cashIntegrityChecks),
});
