import { makeInMemoryIdentity } from '../support/in-memory/identity.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { accountsContract, type AccountAdapters } from './accounts.contract.js';

describe('identity\u2019s ports for people, cards and the log in memory', () => {
  let memory: AccountAdapters;
  beforeEach(() => {
    memory = makeInMemoryIdentity();
  });
  accountsContract(() => memory);
});

describe('identity\u2019s ports for people, cards and the log on PostgreSQL', () => {
  let postgres: OnPostgres<AccountAdapters>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  accountsContract(() => postgres.cradle);
});
