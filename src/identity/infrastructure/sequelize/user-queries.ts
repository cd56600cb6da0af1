import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { beginsWithPrefix } from '../../../platform/database/prefix.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { UserFilter, UserQueries } from '../../application/ports.js';
import { userAttributes } from './models/user.js';
import { toUser, type UserColumns } from './user-repository.js';

const COLUMNS = columns(userAttributes(), 'u');

const USER_BY_ID: Statement = {
  name: 'identity_user_by_id',
  text: `SELECT ${COLUMNS} FROM users u WHERE u.id = $1 AND u.erased_at IS NULL`,
};
const USER_BY_EMAIL: Statement = {
  name: 'identity_user_by_email',
  text: `SELECT ${COLUMNS} FROM users u WHERE u.email = $1 AND u.erased_at IS NULL`,
};

const users = (name: string, beforeSelect: string, from: string): List<Omit<UserFilter, 'prefix'>> => ({
  name,
  always: ['u.erased_at IS NULL'],
  filters: {
    roles: (roles, bind) => `u.role = ANY (${bind(roles)}::text[])`,
    disabled: (disabled, bind) => `(u.disabled_at IS NOT NULL) = ${bind(disabled)}`,
  },
  sortKeys: [
    { sql: 'u.created_at', type: 'timestamptz' },
    { sql: 'u.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) =>
    `${beforeSelect} SELECT ${COLUMNS} FROM ${from} u ${where} ${orderBy} ${limit}`,
});
const USERS = users('identity_users', '', 'users');

// MATERIALIZED and with whole rows, because the planner overestimates the matches and would scan all users from the newest
// on, or join them again.
const USERS_BY_PREFIX = users(
  'identity_users_by_prefix',
  `WITH found AS MATERIALIZED (
      SELECT * FROM users WHERE erased_at IS NULL AND ${beginsWithPrefix('lower(full_name)', 'lower($1)')}
      UNION
      SELECT * FROM users WHERE erased_at IS NULL AND ${beginsWithPrefix('email', 'lower($1)')}
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
    async list({ prefix, ...filter }, page) {
      const request = { filter, page, direction: 'DESC' } as const;
      const { statement, values } =
        prefix === undefined
          ? listStatement(USERS, request)
          : listStatement(USERS_BY_PREFIX, { ...request, parameters: [prefix] });
      const rows = await database.rows<UserColumns>(statement, values);
      return toPage(rows.map(toUser), page.limit, (user) => [user.createdAt.getTime(), user.id]);
    },
  };
};
