import type { IdentityPorts } from '../../src/identity/application/ports.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { aUser } from '../support/builders/identity.js';

export type WithIdentity = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts> }>;

/** Creates a user for the contract of another context, and returns the id. */
export type CreateUser = (fullName?: string) => Promise<string>;

export const createUserInMemory =
  (memory: () => Readonly<{ addUser(id: string, name?: string): void }>): CreateUser =>
  (name) => {
    const { id } = aUser();
    memory().addUser(id, name);
    return Promise.resolve(id);
  };

export const createUserOnPostgres =
  (cradle: () => WithIdentity): CreateUser =>
  async (fullName = 'Mia Member') => {
    const user = aUser({ fullName });
    await cradle().identityUnitOfWork.run(({ users }) => users.insert(user));
    return user.id;
  };
