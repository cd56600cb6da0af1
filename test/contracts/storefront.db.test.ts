import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { makeInMemoryStorefront, type InMemoryStorefront } from '../support/in-memory/storefront.js';
import { storefrontContract, type StorefrontAdapters } from './storefront.contract.js';
import { createUserInMemory, createUserOnPostgres, type WithIdentity } from './users.js';

describe('the shop\u2019s ports in memory', () => {
  let memory: InMemoryStorefront;
  beforeEach(() => {
    memory = makeInMemoryStorefront();
  });
  storefrontContract(
    () => memory,
    createUserInMemory(() => memory),
    { serializesReplies: false },
  );
});

describe('the shop\u2019s ports on PostgreSQL', () => {
  let postgres: OnPostgres<StorefrontAdapters & WithIdentity>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  storefrontContract(
    () => postgres.cradle,
    createUserOnPostgres(() => postgres.cradle),
    { serializesReplies: true },
  );
});
