import { makeInMemoryIdentity } from '../support/in-memory/identity.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { identityContract, type IdentityAdapters } from './identity.contract.js';

describe('identity\u2019s ports in memory', () => {
  let memory: IdentityAdapters;
  beforeEach(() => {
    memory = makeInMemoryIdentity();
  });
  identityContract(() => memory);
});

describe('identity\u2019s ports on PostgreSQL', () => {
  let postgres: OnPostgres<IdentityAdapters>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  identityContract(() => postgres.cradle);
});
