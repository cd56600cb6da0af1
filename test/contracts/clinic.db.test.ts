import { aUser } from '../support/builders/identity.js';
import { nextId } from '../support/builders/clinic.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import type { ClinicCradle } from '../support/clinic-world.js';
import { makeInMemoryClinic } from '../support/in-memory/clinic.js';
import { clinicContract, type ClinicAdapters } from './clinic.contract.js';

describe('the clinic’s ports in memory', () => {
  let memory: ClinicAdapters;
  beforeEach(() => {
    const made = makeInMemoryClinic();
    memory = {
      ...made,
      async givenUser(name) {
        const id = nextId();
        await made.addUser({ id, name, email: `${id}@praxis.test`, isStaff: false });
        return id;
      },
    };
  });
  clinicContract(() => memory);
});

describe('the clinic’s ports on PostgreSQL', () => {
  let postgres: OnPostgres<ClinicCradle>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  clinicContract(() => ({
    clinicUnitOfWork: postgres.cradle.clinicUnitOfWork,
    clinicQueries: postgres.cradle.clinicQueries,
    async givenUser(fullName) {
      const user = aUser({ fullName });
      await postgres.cradle.identityUnitOfWork.run(({ users }) => users.insert(user));
      return user.id;
    },
  }));
});
