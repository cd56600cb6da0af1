import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';

/** Deletes at most `limit` rows that ended or expired before `before`; skips locked rows. */
export async function purge(
  { sequelize, transaction }: Readonly<{ sequelize: Sequelize; transaction: Transaction }>,
  table: 'registrations' | 'password_resets' | 'email_changes' | 'sessions',
  before: Date,
  limit: number,
): Promise<number> {
  const deleted = await sequelize.query(
    `DELETE FROM ${table} WHERE id IN (
       SELECT id FROM ${table} WHERE expires_at < $1 OR ended_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
     ) RETURNING 1`,
    { bind: [before, limit], transaction, type: QueryTypes.SELECT },
  );
  return deleted.length;
}
