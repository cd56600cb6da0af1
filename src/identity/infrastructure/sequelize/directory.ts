import type { Database, Statement } from '../../../platform/database/database.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { Directory } from '../../application/public-api.js';
import type { UserColumns } from './user-repository.js';
import { userAttributes } from './models/user.js';

const NAMES: Statement = {
  name: 'identity_names',
  text: `SELECT ${columns(userAttributes(), 'u', { only: ['id', 'fullName'] })} FROM users u WHERE u.id = ANY ($1::uuid[])`,
};

const PERSON: Statement = {
  name: 'identity_person',
  text: `
    SELECT ${columns(userAttributes(), 'u', { only: ['id', 'fullName', 'email', 'role'] })} FROM users u
    WHERE u.id = $1 AND u.disabled_at IS NULL AND u.erased_at IS NULL`,
};

export const makeDirectory = ({ database }: { database: Database }): Directory => ({
  async namesOf(ids) {
    if (ids.length === 0) return new Map();
    const rows = await database.rows<Pick<UserColumns, 'id' | 'fullName'>>(NAMES, [[...new Set(ids)]]);
    return new Map(rows.map(({ id, fullName }) => [id, fullName]));
  },
  async find(userId) {
    type Row = Pick<UserColumns, 'id' | 'fullName' | 'email' | 'role'>;
    const [row] = await database.rows<Row>(PERSON, [userId]);
    return row && { id: row.id, name: row.fullName, email: row.email, role: row.role };
  },
});
