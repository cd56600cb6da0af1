import { makeInMemoryIdentity } from '../support/in-memory/identity.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { accountsContract, type AccountAdapters } from './accounts.contract.js';

describe('the ports of identity for users, cards and the security log in memory', () => {
  let memory: AccountAdapters;
  beforeEach(() => {
    memory = makeInMemoryIdentity();
  });
  accountsContract(() => memory);
});

describe('the ports of identity for users, cards and the security log on PostgreSQL', () => {
  let postgres: OnPostgres<AccountAdapters>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  accountsContract(() => postgres.cradle);
});
