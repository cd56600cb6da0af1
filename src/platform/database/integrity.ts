import { QueryTypes, Transaction, type Sequelize } from 'sequelize';

/** A rule that the stored data keeps: `sql` selects the `id` (as text) of whatever breaks it. */
export type IntegrityCheck = Readonly<{ name: string; sql: string }>;

export type IntegrityFinding = Readonly<{ name: string; ok: boolean; broken: readonly string[] }>;

/** Enough to see what is wrong; the rest has the same cause. */
const MOST_IDS = 1_000;

/** Looks at one rule in a transaction that is open. */
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
 * Every check in one snapshot (REPEATABLE READ), so that what is written meanwhile cannot make two of them disagree.
 * Takes as long as it takes: the usual limit on a statement is lifted. At most 1,000 ids a check.
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
