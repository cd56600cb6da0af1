import type { Database, Statement } from '../../../platform/database/database.js';
import type { Directory } from '../../application/door.js';

const NAMES: Statement = {
  name: 'identity_names',
  text: 'SELECT id, name FROM public_users WHERE id = ANY ($1::uuid[])',
};

export const makeDirectory = ({ database }: { database: Database }): Directory => ({
  async namesOf(ids) {
    if (ids.length === 0) return new Map();
    const rows = await database.rows<{ id: string; name: string }>(NAMES, [[...new Set(ids)]]);
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
});
