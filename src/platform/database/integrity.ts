import { QueryTypes, Transaction, type Sequelize } from 'sequelize';

/** A rule for the stored data: `sql` selects the `id` (as text) of every row that violates it. */
export type IntegrityCheck = Readonly<{ name: string; sql: string }>;

export type IntegrityFinding = Readonly<{ name: string; ok: boolean; broken: readonly string[] }>;

/** Enough to find the cause; further rows usually have the same one. */
const MOST_IDS = 1_000;

/** Checks one rule in an open transaction. */
const examine = async (
  sequelize: Sequelize,
  transaction: Transaction,
  { name, sql }: IntegrityCheck,
): Promise<IntegrityFinding> => {
  const rows = await sequelize.query<{ id: string }>(
    `SELECT id FROM (${sql}) AS broken ORDER BY id LIMIT ${MOST_IDS}`,
    { type: QueryTypes.SELECT, transaction },
  );
  return { name, ok: rows.length === 0, broken: rows.map(({ id }) => id) };
};

/**
 * Runs all checks in one snapshot (REPEATABLE READ), so that concurrent writes cannot make two of them disagree. Lifts
 * the statement timeout. Returns at most 1,000 ids for each check.
 */
export const runIntegrityChecks = (
  sequelize: Sequelize,
  checks: readonly IntegrityCheck[],
): Promise<IntegrityFinding[]> =>
  sequelize.transaction(
    { isolationLevel: Transaction.ISOLATION_LEVELS.REPEATABLE_READ, readOnly: true },
    async (transaction) => {
      await sequelize.query('SET LOCAL statement_timeout = 0', { type: QueryTypes.RAW, transaction });
      const findings: IntegrityFinding[] = [];
      for (const check of checks) findings.push(await examine(sequelize, transaction, check));
      return findings;
    },
  );
