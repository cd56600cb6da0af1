import type { Database, Statement } from '../../../platform/database/database.js';
import type { UserQueries } from '../../application/ports.js';
import { toUser, type UserColumns } from './user-repository.js';

const COLUMNS = `id, email, full_name AS "fullName", role, email_verified_at AS "emailVerifiedAt",
  disabled_at AS "disabledAt", password_hash AS "passwordHash", created_at AS "createdAt", updated_at AS "updatedAt", version`;

const USER_BY_ID: Statement = {
  name: 'identity_user_by_id',
  text: `SELECT ${COLUMNS} FROM users WHERE id = $1`,
};
const USER_BY_EMAIL: Statement = {
  name: 'identity_user_by_email',
  text: `SELECT ${COLUMNS} FROM users WHERE email = $1`,
};

export const makeUserQueries = ({ database }: { database: Database }): UserQueries => {
  const one = async (statement: Statement, value: string) => {
    const [row] = await database.rows<UserColumns>(statement, [value]);
    return row && toUser(row);
  };
  return {
    find: (id) => one(USER_BY_ID, id),
    findByEmail: (email) => one(USER_BY_EMAIL, email),
  };
};
