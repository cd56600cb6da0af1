import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { makeInMemoryJournal, type InMemoryJournal } from '../support/in-memory/journal.js';
import { journalContract, type JournalAdapters } from './journal.contract.js';
import { createUserInMemory, createUserOnPostgres, type WithIdentity } from './users.js';

describe('the journal’s ports in memory', () => {
  let memory: InMemoryJournal;
  beforeEach(() => {
    memory = makeInMemoryJournal();
  });
  journalContract(
    () => memory,
    createUserInMemory(() => memory),
    { serializesReplies: false },
  );
});

describe('the journal’s ports on PostgreSQL', () => {
  let postgres: OnPostgres<JournalAdapters & WithIdentity>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  journalContract(
    () => postgres.cradle,
    createUserOnPostgres(() => postgres.cradle),
    { serializesReplies: true },
  );
});
