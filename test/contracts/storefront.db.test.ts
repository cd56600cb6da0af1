import type { IdentityPorts } from '../../src/identity/application/ports.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { aUser } from '../support/builders/identity.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { makeInMemoryStorefront, type InMemoryStorefront } from '../support/in-memory/storefront.js';
import { storefrontContract, type StorefrontAdapters } from './storefront.contract.js';

describe('the shop\u2019s ports in memory', () => {
  let memory: InMemoryStorefront;
  beforeEach(() => {
    memory = makeInMemoryStorefront();
  });
  storefrontContract(
    () => memory,
    (name) => {
      const { id } = aUser();
      memory.addUser(id, name);
      return Promise.resolve(id);
    },
    { serializesReplies: false },
  );
});

describe('the shop\u2019s ports on PostgreSQL', () => {
  let postgres: OnPostgres<StorefrontAdapters & Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts> }>>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  storefrontContract(
    () => postgres.cradle,
    async (fullName = 'Mia Member') => {
      const user = aUser({ fullName });
      await postgres.cradle.identityUnitOfWork.run(({ users }) => users.insert(user));
      return user.id;
    },
    { serializesReplies: true },
  );
});
