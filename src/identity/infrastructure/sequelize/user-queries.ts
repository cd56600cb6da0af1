import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { UserQueries } from '../../application/ports.js';
import { instantKey } from '../../../platform/database/keyset.js';
import { toUser, type UserColumns } from './user-repository.js';

const COLUMNS = `id, email, full_name AS "fullName", role, email_verified_at AS "emailVerifiedAt",
  disabled_at AS "disabledAt", erased_at AS "erasedAt", password_hash AS "passwordHash",
  created_at AS "createdAt", updated_at AS "updatedAt", version`;

const USER_BY_ID: Statement = {
  name: 'identity_user_by_id',
  text: `SELECT ${COLUMNS} FROM users WHERE id = $1 AND erased_at IS NULL`,
};
const USER_BY_EMAIL: Statement = {
  name: 'identity_user_by_email',
  text: `SELECT ${COLUMNS} FROM users WHERE email = $1 AND erased_at IS NULL`,
};

const users = (name: string, before: string, from: string): Statement => ({
  name,
  text: `
    ${before}
    SELECT ${COLUMNS} FROM ${from}
    WHERE erased_at IS NULL
      AND ($1::text[] IS NULL OR role = ANY ($1))
      AND ($2::boolean IS NULL OR (disabled_at IS NOT NULL) = $2)
      AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
    ORDER BY created_at DESC, id DESC
    LIMIT $5`,
});
const USERS = users('identity_users', '', 'users');

/**
 * A bytewise range that equals LIKE 'prefix%'. It needs no escaping of the prefix, and a prepared statement can use the
 * index.
 */
const beginsWithPrefix = (text: string): string =>
  `${text} ~>=~ lower($6) AND ${text} ~<~ (lower($6) || chr(1114111))`;

// MATERIALIZED and with whole rows, because the planner overestimates the matches and would scan all users from the newest
// on, or join them again.
const USERS_BY_PREFIX = users(
  'identity_users_by_prefix',
  `WITH found AS MATERIALIZED (
      SELECT * FROM users WHERE erased_at IS NULL AND ${beginsWithPrefix('lower(full_name)')}
      UNION
      SELECT * FROM users WHERE erased_at IS NULL AND ${beginsWithPrefix('email')}
    )`,
  'found',
);

export const makeUserQueries = ({ database }: { database: Database }): UserQueries => {
  const one = async (statement: Statement, value: string) => {
    const [row] = await database.rows<UserColumns>(statement, [value]);
    return row && toUser(row);
  };
  return {
    find: (id) => one(USER_BY_ID, id),
    findByEmail: (email) => one(USER_BY_EMAIL, email),
    async list({ prefix, roles, disabled }, { limit, after }) {
      const values = [roles ?? null, disabled ?? null, ...instantKey(after), limit + 1];
      const rows =
        prefix === undefined
          ? await database.rows<UserColumns>(USERS, values)
          : await database.rows<UserColumns>(USERS_BY_PREFIX, [...values, prefix]);
      return toPage(rows.map(toUser), limit, (user) => [user.createdAt.getTime(), user.id]);
    },
  };
};
