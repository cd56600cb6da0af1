import type {
  SecurityEvent,
  SecurityEventQueries,
  SecurityLog,
} from '../../../src/identity/application/ports.js';
import type { User } from '../../../src/identity/domain/user.js';
import { FakeIds } from '../fakes/ids.js';
import { makeAsync, pageOf } from './adapters.js';
import type { Table } from './store.js';

export type StoredEvent = SecurityEvent & Readonly<{ id: string }>;

export function makeSecurityLog(table: Table<StoredEvent>): SecurityLog {
  const ids = new FakeIds('01940000');
  return {
    append: makeAsync((event) => {
      table.put({ ...event, id: ids.next() });
    }),
  };
}

export const makeSecurityEventQueries = (
  table: Table<StoredEvent>,
  users: Table<User>,
): SecurityEventQueries => ({
  list: makeAsync((userId, { own }, { limit, after }) => {
    if (users.get(userId)?.erasedAt !== null) return undefined;
    const rows = table
      .all()
      .filter((row) => row.userId === userId)
      .map(({ id, at, event, actorId, ip, userAgent }) => {
        const hidden = own && actorId !== null && actorId !== userId;
        return { id, at, event, ip: hidden ? '' : ip, userAgent: hidden ? '' : userAgent };
      });
    return pageOf(rows, ({ at }) => at, limit, after);
  }),
});
