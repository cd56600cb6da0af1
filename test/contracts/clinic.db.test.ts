import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { aUser } from '../support/builders/identity.js';
import { nextId } from '../support/builders/clinic.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import type { ClinicCradle } from '../support/clinic-world.js';
import { makeInMemoryClinic } from '../support/in-memory/clinic.js';
import { busyReadDuringBooking, clinicContract, type ClinicAdapters } from './clinic.contract.js';

/** Whether a transaction in this database waits for a lock. */
async function isAnyBlocked(sequelize: Sequelize): Promise<boolean> {
  const [row] = await sequelize.query<{ isBlocked: boolean }>(
    `SELECT EXISTS (
       SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
     ) AS "isBlocked"`,
    { type: QueryTypes.SELECT },
  );
  return row?.isBlocked === true;
}

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
      untilBlocked: () => Promise.resolve(),
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

  const adapters = (): ClinicAdapters => ({
    clinicUnitOfWork: postgres.cradle.clinicUnitOfWork,
    clinicQueries: postgres.cradle.clinicQueries,
    async givenUser(fullName) {
      const user = aUser({ fullName });
      await postgres.cradle.identityUnitOfWork.run(({ users }) => users.insert(user));
      return user.id;
    },
    async untilBlocked() {
      while (!(await isAnyBlocked(postgres.cradle.sequelize))) await sleep(5);
    },
  });
  clinicContract(adapters);

  it('control: misses a concurrent booking when the schedule is read before the locks', async () => {
    const naiveBusy = await busyReadDuringBooking(adapters(), async (ports, request) => {
      const schedule = await ports.clinicQueries.schedule(request);
      await ports.diary.lockAndRead(request);
      return schedule;
    });
    expect(naiveBusy).to.deep.equal([]);
  });
});
