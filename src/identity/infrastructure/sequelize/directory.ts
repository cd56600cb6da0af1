import type { Database, Statement } from '../../../platform/database/database.js';
import type { Directory, Person } from '../../application/public-api.js';

const NAMES: Statement = {
  name: 'identity_names',
  text: 'SELECT id, name FROM public_users WHERE id = ANY ($1::uuid[])',
};

const PERSON: Statement = {
  name: 'identity_person',
  text: `SELECT id, full_name AS name, email, role FROM users
    WHERE id = $1 AND disabled_at IS NULL AND erased_at IS NULL`,
};

export const makeDirectory = ({ database }: { database: Database }): Directory => ({
  async namesOf(ids) {
    if (ids.length === 0) return new Map();
    const rows = await database.rows<{ id: string; name: string }>(NAMES, [[...new Set(ids)]]);
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
  async find(userId) {
    return (await database.rows<Person>(PERSON, [userId]))[0];
  },
});
