import type { EmailChangeRepository } from '../../../src/identity/application/ports.js';
import { type EmailChange, restoreEmailChange } from '../../../src/identity/domain/email-change.js';
import type { User } from '../../../src/identity/domain/user.js';
import { assertUser, makeAsync, purgeFrom } from './adapters.js';
import type { Table } from './store.js';

export function makeEmailChanges(table: Table<EmailChange>, users: Table<User>): EmailChangeRepository {
  const restored = (row: EmailChange | undefined) => row && restoreEmailChange(row);
  return {
    find: makeAsync((id) => restored(table.get(id))),
    lock: makeAsync((id) => restored(table.lock(id))),
    lockOpen: makeAsync((userId) =>
      table
        .all()
        .filter((row) => row.userId === userId && row.endedAt === null)
        .map(({ id }) => table.lock(id))
        .filter((row) => row !== undefined)
        .map(restoreEmailChange),
    ),
    insert: makeAsync((change) => {
      assertUser(users, change.userId);
      table.put(change);
    }),
    save: makeAsync((change) => {
      if (table.get(change.id) !== undefined) table.put(change);
    }),
    forget: makeAsync((userId) => {
      for (const row of table.all()) if (row.userId === userId) table.delete(row.id);
    }),
    purge: purgeFrom(table),
  };
}
