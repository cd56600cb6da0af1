import type { IdentityPorts } from '../../src/identity/application/ports.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { aUser } from '../support/builders/identity.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { makeInMemoryJournal, type InMemoryJournal } from '../support/in-memory/journal.js';
import { journalContract, type JournalAdapters } from './journal.contract.js';

describe('the journal’s ports in memory', () => {
  let memory: InMemoryJournal;
  beforeEach(() => {
    memory = makeInMemoryJournal();
  });
  journalContract(
    () => memory,
    (name) => {
      const { id } = aUser();
      memory.addUser(id, name);
      return Promise.resolve(id);
    },
    { serializesReplies: false },
  );
});

describe('the journal’s ports on PostgreSQL', () => {
  let postgres: OnPostgres<JournalAdapters & Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts> }>>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  journalContract(
    () => postgres.cradle,
    async (fullName = 'Mia Member') => {
      const user = aUser({ fullName });
      await postgres.cradle.identityUnitOfWork.run(({ users }) => users.insert(user));
      return user.id;
    },
    { serializesReplies: true },
  );
});
