import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { newPatient } from '../../src/clinic/domain/patient.js';
import type { DomainError } from '../../src/kernel/errors.js';
import { barrier } from '../support/barrier.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { openConnections } from '../support/open-connections.js';
import {
  type ClinicCradle,
  givenDoctor,
  givenPatient,
  givenType,
  givenUser,
  onMonday,
  OVERLAPS,
} from '../support/clinic-world.js';
import { execute } from '../support/postgres.js';
import { runScript } from '../support/processes.js';
import { query } from '../support/query.js';
import type { Caller } from '../../src/clinic/application/ports.js';
import { codesOf, countCodes } from '../support/race-outcomes.js';

type Booking = Readonly<{ doctorId: string; patientId: string; startsAt: Date }>;

const times = <Result>(count: number, work: (n: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));

describe('concurrent changes of the diary of the clinic on PostgreSQL', () => {
  let postgres: OnPostgres<ClinicCradle>;
  let cradle: ClinicCradle;
  let staff: Caller;
  let typeId: string;
  beforeEach(async () => {
    postgres = await openOnPostgres<ClinicCradle>({}, { DATABASE_POOL_MAX: '20' });
    cradle = postgres.cradle;
    staff = await givenUser(cradle, 'staff');
    typeId = await givenType(cradle);
    await openConnections(cradle.sequelize, 20);
  });
  afterEach(() => postgres.close());

  const overlaps = async (): Promise<number> => (await query(postgres.ownerUrl, OVERLAPS)).rows[0].count;
  const deadlocks = async (): Promise<number> =>
    Number(
      (
        await query(
          postgres.ownerUrl,
          'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
        )
      ).rows[0].deadlocks,
    );

  /** Two processes make the bookings concurrently, each every second one; returns the codes. */
  async function raceFromTwoProcesses(bookings: readonly Booking[], naive = false): Promise<string[]> {
    const racers = [0, 1].map((side) => {
      const plan = {
        databaseUrl: postgres.databaseUrl,
        staffId: staff.userId,
        typeId,
        naive,
        bookings: bookings.filter((_, index) => index % 2 === side),
      };
      return runScript('races/processes/book.ts', [JSON.stringify(plan)], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    });
    await Promise.all(racers.map(({ firstLine }) => firstLine));
    for (const { child } of racers) child.stdin!.write('go\n');
    const outcomes = await Promise.all(racers.map(({ outcome }) => outcome));
    return outcomes.flatMap(({ code, stdout, stderr }) => {
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout.trim().split('\n').at(-1)!) as string[];
    });
  }

  /** 100 bookings by as many patients for ten slots. A booking overlaps only those of the same slot. */
  async function tenRivalsForEachOfTenSlots(): Promise<Booking[]> {
    const doctorId = await givenDoctor(cradle);
    const patientIds = await times(100, () => givenPatient(cradle, staff));
    return patientIds.map((patientId, n) => ({ doctorId, patientId, startsAt: onMonday((n % 10) * 30) }));
  }

  it('books each of ten slots once for 100 requests from two processes, and refuses the others with slot-taken', async function () {
    this.timeout(300_000);
    const bookings = await tenRivalsForEachOfTenSlots();
    const codes = await raceFromTwoProcesses(bookings);
    expect(countCodes(codes)).to.deep.equal({ ok: 10, 'slot-taken': 90 });
    expect([await overlaps(), await deadlocks()]).to.deep.equal([0, 0]);
  });

  it('control: appointments overlap without the lock and the constraint', async function () {
    this.timeout(300_000);
    const bookings = await tenRivalsForEachOfTenSlots();
    await execute(
      postgres.ownerUrl,
      'ALTER TABLE appointments DROP CONSTRAINT appointments_doctor_busy, DROP CONSTRAINT appointments_patient_busy',
    );
    const codes = await raceFromTwoProcesses(bookings, true);
    expect(countCodes(codes)['ok']).to.be.greaterThan(10);
    expect(await overlaps()).to.be.greaterThan(0);
  });

  it('leaves no overlap and no deadlock after 100 overlapping bookings of doctors and patients', async function () {
    this.timeout(300_000);
    const doctorIds = await times(3, () => givenDoctor(cradle));
    const patientIds = await times(7, () => givenPatient(cradle, staff));
    const bookings = Array.from({ length: 100 }, (_, n) => ({
      doctorId: doctorIds[n % 3]!,
      patientId: patientIds[n % 7]!,
      startsAt: onMonday((n * 7) % 180),
    }));
    // The reasons of these refusals depend on the order of the requests. Each of the two added pairs gives one certain
    // reason in any order.
    const pair = (minute: number, ...rivals: (readonly [doctor: number, patient: number])[]) =>
      rivals.map(([doctor, patient]) => ({
        doctorId: doctorIds[doctor]!,
        patientId: patientIds[patient]!,
        startsAt: onMonday(minute),
      }));
    bookings.push(...pair(300, [0, 0], [1, 0]), ...pair(360, [0, 0], [0, 1]));
    const codes = await raceFromTwoProcesses(bookings);
    const { ok = 0, ...others } = countCodes(codes);
    expect(ok).to.be.greaterThan(0);
    expect(Object.keys(others).sort()).to.deep.equal(['patient-busy', 'slot-taken']);
    expect([await overlaps(), await deadlocks()]).to.deep.equal([0, 0]);
  });

  const book = (caller: Caller, doctorId: string, startsAt: Date, patientId?: string) =>
    cradle.bookAppointment({
      caller,
      doctorId,
      appointmentTypeId: typeId,
      startsAt,
      patientId,
      reason: null,
      overrideHours: false,
    });

  it('accepts one of two overlapping bookings', async () => {
    const doctorId = await givenDoctor(cradle);
    const patients = await times(2, () => givenPatient(cradle, staff));
    const codes = await codesOf(patients.map((patientId) => book(staff, doctorId, onMonday(0), patientId)));
    expect(countCodes(codes)).to.deep.equal({ ok: 1, 'slot-taken': 1 });
  });

  it('reschedules 30 appointments between two doctors in both directions without a deadlock', async function () {
    this.timeout(300_000);
    const [left, right] = (await times(2, () => givenDoctor(cradle))) as [string, string];
    const patients = await times(30, () => givenPatient(cradle, staff));
    const booked = await times(30, (n) =>
      book(staff, n % 2 === 0 ? left : right, onMonday(n * 60), patients[n]),
    );
    const codes = await codesOf(
      booked.map(({ id }, n) =>
        cradle.rescheduleAppointment({
          caller: staff,
          appointmentId: id,
          startsAt: onMonday(((n * 7) % 30) * 60 + 30),
          doctorId: n % 2 === 0 ? right : left,
          expectedVersion: null,
        }),
      ),
    );
    expect(
      Object.keys(countCodes(codes)).filter((code) => !['ok', 'slot-taken', 'patient-busy'].includes(code)),
    ).to.deep.equal([]);
    expect([await overlaps(), await deadlocks()]).to.deep.equal([0, 0]);
  });

  describe('20 first bookings of one member at different doctors', () => {
    it('create one patient file', async () => {
      const member = await givenUser(cradle);
      const doctors = await times(20, () => givenDoctor(cradle));
      const codes = await codesOf(doctors.map((doctorId, n) => book(member, doctorId, onMonday(n * 30))));
      expect(countCodes(codes)).to.deep.equal({ ok: 20 });
      const { rows } = await query(
        postgres.ownerUrl,
        'SELECT count(*)::int FROM patients WHERE user_id = $1',
        [member.userId],
      );
      expect(rows[0].count).to.equal(1);
    });

    it('control: create one file each without the unique key', async () => {
      await execute(postgres.ownerUrl, 'ALTER TABLE patients DROP CONSTRAINT patients_user_id_key');
      const { userId, email } = await givenUser(cradle);
      const allHaveLooked = barrier(5);
      await times(5, () =>
        cradle.clinicUnitOfWork.run(async ({ patients }) => {
          expect(await patients.lockByUser(userId)).to.equal(undefined);
          await allHaveLooked();
          const details = { id: randomUUID(), userId, name: 'Ana Lind', email, phone: null, birthDate: null };
          await patients.insertUnlessThere({ ...newPatient(details, new Date()), userId });
        }),
      );
      const { rows } = await query(
        postgres.ownerUrl,
        'SELECT count(*)::int FROM patients WHERE user_id = $1',
        [userId],
      );
      expect(rows[0].count).to.equal(5);
    });
  });

  it('refuses a booking during a concurrent time off, or lists it as affected', async function () {
    this.timeout(300_000);
    for (let round = 0; round < 8; round += 1) {
      const doctorId = await givenDoctor(cradle);
      const patientId = await givenPatient(cradle, staff);
      const { addTimeOff } = postgres.container.cradle as {
        addTimeOff: (command: object) => Promise<{ affected: readonly { id: string }[] }>;
      };
      const [booked, away] = await Promise.allSettled([
        book(staff, doctorId, onMonday(0), patientId),
        addTimeOff({ caller: staff, doctorId, startsAt: onMonday(0), endsAt: onMonday(60), note: null }),
      ]);
      if (away.status === 'rejected') throw away.reason;
      const affected = away.value.affected.map(({ id }) => id);
      if (booked.status === 'fulfilled') expect(affected).to.deep.equal([booked.value.id]);
      else
        expect([(booked.reason as DomainError).code, affected]).to.deep.equal(['outside-availability', []]);
    }
  });

  it('accepts one of a concurrent cancellation and arrival', async () => {
    const doctorId = await givenDoctor(cradle);
    for (let round = 0; round < 5; round += 1) {
      const { id } = await book(staff, doctorId, onMonday(round * 30), await givenPatient(cradle, staff));
      const codes = await codesOf([
        cradle.cancelAppointment({ caller: staff, appointmentId: id, reason: null, expectedVersion: 1 }),
        cradle.advanceAppointment({ caller: staff, appointmentId: id, to: 'arrived', expectedVersion: 1 }),
      ]);
      expect(countCodes(codes)['ok']).to.equal(1);
    }
  });
});
