import { expect } from 'chai';
import { DAY, HOUR, MINUTE, plus } from '../../src/kernel/clock.js';
import { DomainError } from '../../src/kernel/errors.js';
import type { Page, PageRequest } from '../../src/kernel/page.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type {
  ClinicPorts,
  ClinicQueries,
  DiaryRequest,
  Schedule,
  ScheduleQuery,
} from '../../src/clinic/application/ports.js';
import {
  advance,
  type Appointment,
  cancel,
  enteredInError,
  reschedule,
} from '../../src/clinic/domain/appointment.js';
import { retireAppointmentType } from '../../src/clinic/domain/appointment-type.js';
import { changeDoctor, withNextHours } from '../../src/clinic/domain/doctor.js';
import type { Interval } from '../../src/clinic/domain/interval.js';
import { anonymise, changePatient } from '../../src/clinic/domain/patient.js';
import { receivableOf } from '../../src/clinic/domain/receivable.js';
import { newTimeOff } from '../../src/clinic/domain/time-off.js';
import { aDoctor, anAppointment, aPatient, aType, nextId } from '../support/builders/clinic.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';

export type ClinicAdapters = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clinicQueries: ClinicQueries;
  /** Creates a user and returns its id. */
  givenUser(name: string): Promise<string>;
  /** Resolves when another unit of work waits for a lock; at once where units of work run one after another. */
  untilBlocked(): Promise<void>;
}>;

const T1 = new Date('2026-11-22T10:00:00.123Z');
const NINE = new Date('2035-01-01T09:00:00.000Z');
const at = (minutes: number): Date => plus(NINE, minutes * MINUTE);
const ALL: PageRequest = { limit: 100 };
const WEEK = [
  { weekday: 1, fromMinute: 540, untilMinute: 720 },
  { weekday: 1, fromMinute: 840, untilMinute: 1440 },
];

type ReadDiary = (ports: ClinicPorts, request: DiaryRequest) => Promise<Schedule | undefined>;

/**
 * Books at nine in one unit of work while another one runs `read`, which waits for the locks of the booking.
 * Returns the doctor's busy times as `read` found them: empty if it did not read under the locks.
 */
export async function busyReadDuringBooking(
  { clinicUnitOfWork, untilBlocked }: ClinicAdapters,
  read: ReadDiary,
): Promise<readonly Interval[] | undefined> {
  const people = { doctor: aDoctor(), patient: aPatient(), type: aType() };
  const { doctor, patient, type } = people;
  const appointment = anAppointment({ ...people, startsAt: NINE });
  await clinicUnitOfWork.run(async ({ doctors, patients, appointmentTypes }) => {
    await doctors.insert(doctor);
    await patients.insert(patient);
    await appointmentTypes.insert(type);
  });
  const request = {
    doctorId: doctor.id,
    appointmentTypeId: type.id,
    patient: { id: patient.id },
    range: { from: NINE, to: at(60) },
  };
  let holdsLocks = (): void => undefined;
  const locked = new Promise<void>((resolve) => (holdsLocks = resolve));
  const booking = clinicUnitOfWork.run(async ({ diary, appointments }) => {
    await diary.lockAndRead(request);
    holdsLocks();
    await untilBlocked();
    const { id: appointmentId, status: to, startsAt } = appointment;
    await appointments.insert(appointment, { appointmentId, at: T1, by: null, from: null, to, startsAt });
  });
  await locked;
  const reading = clinicUnitOfWork.run((ports) => read(ports, request));
  await booking;
  return (await reading)?.busy;
}

/** What every adapter of the clinic's ports must do. */
export function clinicContract(adapters: () => ClinicAdapters): void {
  const run: UnitOfWork<ClinicPorts>['run'] = (work) => adapters().clinicUnitOfWork.run(work);
  const queries = (): ClinicQueries => adapters().clinicQueries;

  /** Stores a doctor, a patient and a type. */
  async function cast(type = aType()) {
    const [doctor, patient] = [aDoctor({ name: `Dr. ${nextId()}` }), aPatient({ name: `P ${nextId()}` })];
    await run(async ({ doctors, patients, appointmentTypes }) => {
      await doctors.insert(doctor);
      await patients.insert(patient);
      await appointmentTypes.insert(type);
    });
    return { doctor, patient, type };
  }
  const insert = async (...given: Appointment[]): Promise<void> => {
    await run(async ({ appointments }) => {
      for (const each of given) await appointments.insert(each, madeBy(null, each));
    });
  };
  const madeBy = (by: string | null, { id: appointmentId, status: to, startsAt }: Appointment) => ({
    ...{ appointmentId, at: T1, by, from: null, to, startsAt },
  });
  const another = async () => {
    const patient = aPatient();
    await run(({ patients }) => patients.insert(patient));
    return patient;
  };
  /** Walks a list page by page. */
  const walk = async <Item>(
    list: (page: PageRequest) => Promise<Page<Item> | undefined>,
  ): Promise<Item[]> => {
    const items: Item[] = [];
    for (let page: PageRequest | undefined = { limit: 2 }; page !== undefined;) {
      const found: Page<Item> | undefined = await list(page);
      items.push(...(found?.items ?? []));
      const next = found?.next ?? null;
      page = next === null ? undefined : { limit: 2, after: next };
    }
    return items;
  };

  describe('a unit of work', () => {
    it('rolls back when the work throws', async () => {
      const { doctor, patient, type } = await cast();
      const thrown = new Error('and then it fails');
      const appointment = anAppointment({ doctor, patient, type, startsAt: NINE });
      const error = await rejection(
        run(async (ports) => {
          await ports.appointments.insert(appointment, madeBy(null, appointment));
          await ports.doctors.save(changeDoctor(doctor, { name: 'Changed' }, T1));
          await ports.patients.save(changePatient(patient, { phone: '1' }, T1));
          await ports.doctors.replaceHours(withNextHours(doctor), WEEK);
          throw thrown;
        }),
      );
      expect(error).to.equal(thrown);
      expect(await queries().appointment(appointment.id)).to.equal(undefined);
      expect(await queries().doctor(doctor.id)).to.deep.equal(doctor);
      expect(await queries().patient(patient.id)).to.deep.equal(patient);
      expect(await queries().workingHours(doctor.id)).to.deep.equal({ week: [], version: 1 });
    });
  });

  describe('doctors', () => {
    it('are read as they were saved, and refuse a save of an older version', async () => {
      const { doctor } = await cast();
      const saved = await run(({ doctors }) =>
        doctors.save(changeDoctor(doctor, { specialty: 'Dermatology', timeZone: 'Asia/Kathmandu' }, T1)),
      );
      expect(saved.version).to.equal(2);
      expect(await run(({ doctors }) => doctors.find(doctor.id))).to.deep.equal(saved);
      await expectCode(
        run(({ doctors }) => doctors.save(doctor)),
        'version-mismatch',
      );
      const locked = await run(({ doctors }) => doctors.lock([doctor.id, nextId(), doctor.id]));
      expect([...locked]).to.deep.equal([[doctor.id, saved]]);
    });

    it('have an existing account that no other doctor has', async () => {
      const userId = await adapters().givenUser('Ida Falk');
      await run(({ doctors }) => doctors.insert(aDoctor({ userId })));
      expect(await queries().isDoctor(userId)).to.equal(true);
      expect(await queries().isDoctor(nextId())).to.equal(false);
      await expectCode(
        run(({ doctors }) => doctors.insert(aDoctor({ userId }))),
        'doctor-account-taken',
      );
      const { doctor } = await cast();
      await expectCode(
        run(({ doctors }) => doctors.save(changeDoctor(doctor, { userId }, T1))),
        'doctor-account-taken',
      );
      const error = await expectCode(
        run(({ doctors }) => doctors.insert(aDoctor({ userId: nextId() }))),
        'validation',
      );
      expect(pointersOf(error)).to.deep.equal(['/userId']);
    });

    it('are deleted with their hours and times off, unless they have appointments', async () => {
      const { doctor, patient, type } = await cast();
      const away = newTimeOff(
        { id: nextId(), doctorId: doctor.id, startsAt: NINE, endsAt: at(60), note: null },
        T1,
      );
      await run(async ({ doctors }) => {
        await doctors.replaceHours(withNextHours(doctor), WEEK);
        await doctors.insertTimeOff(away);
      });
      const appointment = anAppointment({ doctor, patient, type, startsAt: NINE });
      await insert(appointment);
      await expectCode(
        run(({ doctors }) => doctors.delete(doctor.id)),
        'doctor-has-appointments',
      );
      const { doctor: other } = await cast();
      await run(async ({ doctors }) => {
        await doctors.replaceHours(withNextHours(other), WEEK);
        await doctors.delete(other.id);
      });
      expect(await queries().doctor(other.id)).to.equal(undefined);
      expect(await run(({ doctors }) => doctors.hours(other.id))).to.deep.equal([]);
    });

    it('have weekly hours in order, with a version of their own', async () => {
      const { doctor } = await cast();
      await run(({ doctors }) => doctors.replaceHours(withNextHours(doctor), WEEK));
      expect(await queries().workingHours(doctor.id)).to.deep.equal({ week: WEEK, version: 2 });
      expect(await run(({ doctors }) => doctors.hours(doctor.id))).to.deep.equal(WEEK);
      expect((await queries().doctor(doctor.id))?.version).to.equal(1);
      expect(await queries().workingHours(nextId())).to.equal(undefined);
    });

    it('list their times off by start, and delete only their own', async () => {
      const [{ doctor }, { doctor: other }] = [await cast(), await cast()];
      const off = [2, 0, 1].map((n) =>
        newTimeOff(
          { id: nextId(), doctorId: doctor.id, startsAt: at(n * 60), endsAt: at(n * 60 + 30), note: `n${n}` },
          T1,
        ),
      );
      await run(async ({ doctors }) => {
        for (const each of off) await doctors.insertTimeOff(each);
      });
      const listed = await walk((page) => queries().timeOff(doctor.id, page));
      expect(listed).to.deep.equal([off[1], off[2], off[0]]);
      const remove = (doctorId: string) => run(({ doctors }) => doctors.deleteTimeOff(doctorId, off[0]!.id));
      expect([await remove(other.id), await remove(doctor.id), await remove(doctor.id)]).to.deep.equal([
        false,
        true,
        false,
      ]);
    });

    it('are listed by name, either active ones or all', async () => {
      const names = ['C', 'A', 'B'].map((letter) => `${letter} ${nextId()}`);
      const made = names.map((name, n) => aDoctor({ name, isActive: n !== 0 }));
      await run(async ({ doctors }) => {
        for (const doctor of made) await doctors.insert(doctor);
      });
      const own = async (activeOnly: boolean) =>
        (await walk((page) => queries().doctors({ activeOnly }, page))).filter(({ name }) =>
          names.includes(name),
        );
      expect(await own(false)).to.deep.equal([made[1], made[2], made[0]]);
      expect(await own(true)).to.deep.equal([made[1], made[2]]);
    });
  });

  describe('types of appointment', () => {
    it('are read as they were saved, with the price', async () => {
      const { type } = await cast(
        aType({ price: { amount: 2 ** 53 - 1, currency: 'EUR' }, needsApproval: true }),
      );
      expect(await queries().appointmentType(type.id)).to.deep.equal(type);
      expect(await run(({ appointmentTypes }) => appointmentTypes.lock(type.id))).to.deep.equal(type);
      await run(({ appointmentTypes }) => appointmentTypes.save(type));
      await expectCode(
        run(({ appointmentTypes }) => appointmentTypes.save(type)),
        'version-mismatch',
      );
    });

    it('are deleted only without appointments, and not listed once retired', async () => {
      const { doctor, patient, type } = await cast();
      await insert(anAppointment({ doctor, patient, type, startsAt: NINE }));
      const remove = (id: string) => run(({ appointmentTypes }) => appointmentTypes.deleteUnused(id));
      expect(await remove(type.id)).to.equal(false);
      const { type: unused } = await cast();
      expect(await remove(unused.id)).to.equal(true);
      const listed = async () => (await walk((page) => queries().appointmentTypes(page))).map(({ id }) => id);
      expect(await listed())
        .to.include(type.id)
        .and.not.to.include(unused.id);
      await run(({ appointmentTypes }) => appointmentTypes.save(retireAppointmentType(type, T1)));
      expect(await listed()).not.to.include(type.id);
      expect((await queries().appointmentType(type.id))?.retiredAt).to.deep.equal(T1);
    });
  });

  describe('patients', () => {
    it('are read as they were saved, and not found once anonymised', async () => {
      const userId = await adapters().givenUser('Paula');
      const patient = aPatient({
        userId,
        email: 'p@praxis.test',
        phone: '+49 30 1',
        birthDate: '1990-05-17',
      });
      await run(({ patients }) => patients.insert(patient));
      expect(await queries().patient(patient.id)).to.deep.equal(patient);
      expect(await queries().patientOfUser(userId)).to.deep.equal(patient);
      expect(await run(({ patients }) => patients.findByUser(userId))).to.deep.equal(patient);
      expect(await run(({ patients }) => patients.lockByUser(userId))).to.deep.equal(patient);
      const gone = await run(({ patients }) => patients.save(anonymise(patient, T1)));
      expect(await run(({ patients }) => patients.lock(patient.id))).to.deep.equal(gone);
      expect(await run(({ patients }) => patients.lockByUser(userId))).to.equal(undefined);
      expect(await queries().patient(patient.id)).to.equal(undefined);
      expect(await queries().patientOfUser(userId)).to.equal(undefined);
      await expectCode(
        run(({ patients }) => patients.save(patient)),
        'version-mismatch',
      );
    });

    it('have at most one file per member', async () => {
      const userId = await adapters().givenUser('Paula');
      const [first, second] = [aPatient({ userId }), aPatient({ userId })];
      const insertUnlessThere = (patient: typeof first) =>
        run(({ patients }) => patients.insertUnlessThere({ ...patient, userId }));
      expect(await insertUnlessThere(first)).to.deep.equal(first);
      expect(await insertUnlessThere(second)).to.deep.equal(first);
      await expectCode(
        run(({ patients }) => patients.insert(second)),
        'patient-file-exists',
      );
      const other = await another();
      await expectCode(
        run(({ patients }) => patients.save(changePatient(other, { userId }, T1))),
        'patient-file-exists',
      );
      const error = await expectCode(
        run(({ patients }) => patients.insert(aPatient({ userId: nextId() }))),
        'validation',
      );
      expect(pointersOf(error)).to.deep.equal(['/userId']);
    });

    it('are found by a prefix of name, address or phone number, newest first', async () => {
      const mark = nextId();
      const made = [0, 1, 2].map((n) =>
        aPatient({ name: `Q%${mark} ${n}`, createdAt: plus(T1, -n), updatedAt: T1 }),
      );
      await run(async ({ patients }) => {
        for (const patient of [made[1]!, made[2]!, made[0]!]) await patients.insert(patient);
      });
      expect(await walk((page) => queries().patients({ q: `q%${mark}` }, page))).to.deep.equal(made);
      expect(await walk((page) => queries().patients({ q: `q_${mark}` }, page))).to.deep.equal([]);
      expect((await walk((page) => queries().patients({}, page))).length).to.be.at.least(3);
    });
  });

  describe('the diary', () => {
    const requestOf = ({ doctor, patient, type }: Awaited<ReturnType<typeof cast>>): DiaryRequest => ({
      doctorId: doctor.id,
      appointmentTypeId: type.id,
      patient: { id: patient.id },
      range: { from: NINE, to: at(60) },
    });
    const lockAndRead = (request: DiaryRequest) => run(({ diary }) => diary.lockAndRead(request));

    it('returns the doctor, the patient and the schedule of a request', async () => {
      const people = await cast();
      const { doctor, patient } = people;
      await insert(anAppointment({ ...people, startsAt: NINE }));
      const found = await lockAndRead(requestOf(people));
      expect([...found.doctors]).to.deep.equal([[doctor.id, doctor]]);
      expect(found.patient).to.deep.equal(patient);
      expect(found.schedule).to.deep.equal(await queries().schedule(requestOf(people)));
      expect(found.schedule?.busy).to.deep.equal([{ from: NINE, to: at(30) }]);
    });

    it('finds the patient file of a member by the member', async () => {
      const people = await cast();
      const userId = await adapters().givenUser('Paula');
      const request = { ...requestOf(people), patient: { userId } };
      expect((await lockAndRead(request)).patient).to.equal(undefined);
      const file = aPatient({ userId });
      await run(({ patients }) => patients.insert(file));
      expect((await lockAndRead(request)).patient).to.deep.equal(file);
    });

    it('returns the doctor that an appointment is moved away from as well', async () => {
      const [people, { doctor: other }] = [await cast(), await cast()];
      const { doctors } = await lockAndRead({ ...requestOf(people), otherDoctorIds: [other.id] });
      expect(new Map(doctors)).to.deep.equal(
        new Map([
          [people.doctor.id, people.doctor],
          [other.id, other],
        ]),
      );
    });

    it('leaves out an unknown doctor, patient or type, and has no schedule of an unknown doctor or type', async () => {
      const people = await cast();
      const request = requestOf(people);
      const unknownDoctor = await lockAndRead({ ...request, doctorId: nextId() });
      expect([unknownDoctor.doctors.size, unknownDoctor.schedule]).to.deep.equal([0, undefined]);
      const unknownType = await lockAndRead({ ...request, appointmentTypeId: nextId() });
      expect([unknownType.doctors.size, unknownType.schedule]).to.deep.equal([1, undefined]);
      expect((await lockAndRead({ ...request, patient: { id: nextId() } })).patient).to.equal(undefined);
    });

    it('is read under the locks and contains a booking that committed meanwhile', async () => {
      const busy = await busyReadDuringBooking(
        adapters(),
        async ({ diary }, request) => (await diary.lockAndRead(request)).schedule,
      );
      expect(busy).to.deep.equal([{ from: NINE, to: at(30) }]);
    });
  });

  describe('appointments', () => {
    it('are read as they were saved', async () => {
      const people = await cast(
        aType({ bufferBeforeMinutes: 5, bufferAfterMinutes: 10, price: { amount: 1, currency: 'EUR' } }),
      );
      const appointment = anAppointment({ ...people, startsAt: NINE }, { reason: 'Why', staffNote: 'Note' });
      await insert(appointment);
      const { found, locked } = await run(async ({ appointments }) => ({
        found: await appointments.find(appointment.id),
        locked: await appointments.lock(appointment.id),
      }));
      expect([found, locked]).to.deep.equal([appointment, appointment]);
      const view = await queries().appointment(appointment.id);
      expect(view).to.deep.equal({
        id: appointment.id,
        doctor: { id: people.doctor.id, name: people.doctor.name },
        patient: { id: people.patient.id, name: people.patient.name },
        patientUserId: null,
        appointmentType: { id: people.type.id, name: people.type.name },
        startsAt: NINE,
        endsAt: at(30),
        timeZone: 'UTC',
        status: 'booked',
        reason: 'Why',
        staffNote: 'Note',
        rescheduleCount: 0,
        cancelledBy: null,
        cancelReason: null,
        price: { amount: 1, currency: 'EUR' },
        paymentStatus: 'unpaid',
        revision: 1,
        version: 1,
        createdAt: appointment.createdAt,
        updatedAt: appointment.updatedAt,
      });
    });

    it('of one doctor cannot overlap with buffers, but may touch', async () => {
      const people = await cast(aType({ bufferAfterMinutes: 10 }));
      await insert(anAppointment({ ...people, startsAt: NINE }));
      const patient = await another();
      const given = (minutes: number) => anAppointment({ ...people, patient, startsAt: at(minutes) });
      await expectCode(insert(given(39)), 'slot-taken');
      await expectCode(insert(given(-39)), 'slot-taken');
      await insert(given(40), given(-40));
    });

    it('of one patient cannot overlap without buffers', async () => {
      const people = await cast(aType({ bufferAfterMinutes: 10 }));
      await insert(anAppointment({ ...people, startsAt: NINE }));
      const { doctor } = await cast();
      await expectCode(insert(anAppointment({ ...people, doctor, startsAt: at(29) })), 'patient-busy');
      await insert(anAppointment({ ...people, doctor, startsAt: at(30) }));
    });

    it('block no time unless live, and are refused when they become live in a taken time', async () => {
      const people = await cast();
      const first = anAppointment({ ...people, startsAt: NINE });
      await insert(first);
      const absent = await run(({ appointments }) => appointments.save(advance(first, 'noShow', at(60))));
      const patient = await another();
      const second = anAppointment({ ...people, patient, startsAt: NINE });
      await insert(second);
      const back = () => run(({ appointments }) => appointments.save(advance(absent, 'arrived', at(60))));
      await expectCode(back(), 'slot-taken');
      const off = cancel(second, { by: 'patient', reason: 'Well again' }, T1);
      await run(({ appointments }) => appointments.save(off));
      expect((await back()).status).to.equal('arrived');
      const third = anAppointment({ ...people, patient, startsAt: at(60) });
      await insert(third);
      await run(({ appointments }) => appointments.save(enteredInError(third, T1)));
      await insert(anAppointment({ ...people, patient, startsAt: at(60) }));
      expect(await queries().appointment(third.id)).to.equal(undefined);
    });

    it('are moved in place, and not to a taken time', async () => {
      const people = await cast();
      const first = anAppointment({ ...people, startsAt: NINE });
      const patient = await another();
      await insert(first, anAppointment({ ...people, patient, startsAt: at(60) }));
      const move = (appointment: Appointment, minutes: number) =>
        run(({ appointments }) =>
          appointments.save(reschedule(appointment, { startsAt: at(minutes), doctor: people.doctor }, T1)),
        );
      await expectCode(move(first, 45), 'slot-taken');
      expect(await run(({ appointments }) => appointments.find(first.id))).to.deep.equal(first);
      const moved = await move(first, 15);
      expect(moved).to.include({ rescheduleCount: 1, revision: 2, version: 2 });
      await expectCode(move(first, 30), 'version-mismatch');
    });

    it('of a patient are locked in id order', async () => {
      const people = await cast();
      const own = [0, 60].map((minutes) => anAppointment({ ...people, startsAt: at(minutes) }));
      await insert(...own);
      const all = await run(({ appointments }) => appointments.lockAllOfPatient(people.patient.id));
      expect(all.map(({ id }) => id)).to.deep.equal(own.map(({ id }) => id).sort());
    });

    it('are listed by start, with filters and pages', async () => {
      const people = await cast();
      const made = [90, 0, 60, 30].map((minutes) => anAppointment({ ...people, startsAt: at(minutes) }));
      await insert(...made);
      const doctorId = people.doctor.id;
      const starts = async (filter: Parameters<ClinicQueries['appointments']>[0]) =>
        (await walk((page) => queries().appointments(filter, page))).map(
          ({ startsAt }) => (startsAt.getTime() - NINE.getTime()) / MINUTE,
        );
      expect(await starts({ doctorId })).to.deep.equal([0, 30, 60, 90]);
      expect(await starts({ doctorId, latestFirst: true })).to.deep.equal([90, 60, 30, 0]);
      expect(await starts({ patientId: people.patient.id, from: at(30), to: at(90) })).to.deep.equal([
        30, 60,
      ]);
      expect(await starts({ doctorId, statuses: ['cancelled'] })).to.deep.equal([]);
      expect(await starts({ doctorId, patientUserId: nextId() })).to.deep.equal([]);
    });

    it('lead from a doctor to the patients, and from a patient to the doctors', async () => {
      const [one, two] = [await cast(), await cast()];
      const crossed = anAppointment({ ...two, patient: one.patient, startsAt: at(600) });
      await insert(
        anAppointment({ ...one, startsAt: NINE }),
        anAppointment({ ...two, startsAt: NINE }),
        crossed,
      );
      const patients = async (id: string) =>
        (await walk((page) => queries().patientsOfDoctor(id, page))).map((p) => p.id);
      const doctors = async (id: string) =>
        (await walk((page) => queries().doctorsOfPatient(id, page))).map((d) => d.id);
      expect(await patients(two.doctor.id)).to.deep.equal([one.patient.id, two.patient.id]);
      expect(await doctors(one.patient.id)).to.deep.equal([one.doctor.id, two.doctor.id]);
      await run(({ appointments }) => appointments.save(enteredInError(crossed, T1)));
      expect(await doctors(one.patient.id)).to.deep.equal([one.doctor.id]);
      expect(await queries().patientsOfDoctor(nextId(), ALL)).to.equal(undefined);
      expect(await queries().doctorsOfPatient(nextId(), ALL)).to.equal(undefined);
      expect(await queries().patientsOfDoctor((await cast()).doctor.id, ALL)).to.deep.equal({
        items: [],
        next: null,
      });
    });

    it('have a history with names and the reason of a cancellation', async () => {
      const people = await cast();
      const by = await adapters().givenUser('Samuel Okafor');
      const appointment = anAppointment({ ...people, startsAt: NINE });
      await run(async ({ appointments }) => {
        await appointments.insert(appointment, madeBy(by, appointment));
        const line = { appointmentId: appointment.id, at: T1, startsAt: NINE };
        // The later entry has an earlier time, because the order of writing counts.
        await appointments.appendHistory({
          ...line,
          at: plus(T1, -HOUR),
          by: null,
          from: 'booked',
          to: 'cancelled',
        });
        await appointments.save(cancel(appointment, { by: 'practice', reason: 'Closed' }, T1));
      });
      const lines = await walk((page) => queries().history(appointment.id, page));
      expect(
        lines.map(({ by: who, from, to, reason }) => ({ by: who?.name ?? null, from, to, reason })),
      ).to.deep.equal([
        { by: 'Samuel Okafor', from: null, to: 'booked', reason: null },
        { by: null, from: 'booked', to: 'cancelled', reason: 'Closed' },
      ]);
    });

    it('of a patient are in the schedule without buffers if they are live and overlap the range', async () => {
      const [people, others] = [await cast(aType({ bufferAfterMinutes: 10 })), await cast()];
      const { patient } = people;
      const [here, there, off] = [
        anAppointment({ ...people, startsAt: NINE }),
        anAppointment({ ...others, patient, startsAt: at(60) }),
        anAppointment({ ...others, patient, startsAt: at(120) }),
      ];
      await insert(here, there, off, anAppointment({ ...others, startsAt: NINE }));
      await run(({ appointments }) => appointments.save(cancel(off, { by: 'patient', reason: null }, T1)));
      const ids = { doctorId: people.doctor.id, appointmentTypeId: people.type.id };
      const busy = async (
        from: number,
        to: number,
        exceptId?: string,
        whose: ScheduleQuery['patient'] = patient,
      ) =>
        (
          await queries().schedule({
            ...ids,
            patient: whose,
            range: { from: at(from), to: at(to) },
            exceptId,
          })
        )?.patientBusy;
      const [first, second] = [
        { from: NINE, to: at(30) },
        { from: at(60), to: at(90) },
      ];
      expect(await busy(29, 200)).to.have.deep.members([first, second]);
      expect(await busy(30, 60)).to.deep.equal([]);
      expect(await busy(0, 100, here.id)).to.deep.equal([second]);
      const userId = await adapters().givenUser('Mia');
      const whose = { userId };
      expect(await busy(0, 100, undefined, whose)).to.deep.equal([]);
      const file = aPatient({ userId });
      await run(({ patients }) => patients.insert(file));
      await insert(anAppointment({ ...others, patient: file, startsAt: at(30) }));
      expect(await busy(0, 100, undefined, whose)).to.deep.equal([{ from: at(30), to: at(60) }]);
    });

    it('are counted for the patient if the query asks for it', async () => {
      const [people, others] = [await cast(), await cast()];
      const { patient } = people;
      const open = [0, 60].map((minutes) => anAppointment({ ...others, patient, startsAt: at(minutes) }));
      const off = anAppointment({ ...others, patient, startsAt: at(120) });
      await insert(...open, off, anAppointment({ ...people, patient: others.patient, startsAt: NINE }));
      await run(({ appointments }) => appointments.save(cancel(off, { by: 'patient', reason: null }, T1)));
      const bookings = async (now: Date, since: Date) =>
        (
          await queries().schedule({
            doctorId: people.doctor.id,
            appointmentTypeId: people.type.id,
            patient,
            range: { from: at(500), to: at(600) },
            bookings: { now, since },
          })
        )?.bookings;
      const made = [...open, off].map(({ createdAt }) => createdAt);
      const before = plus(made[0]!, -1);
      expect(await bookings(at(0), before)).to.deep.equal({ open: 2, recent: made });
      expect(await bookings(at(30), made[0]!)).to.deep.equal({ open: 1, recent: [] });
    });

    it('are the busy times of the schedule', async () => {
      const people = await cast(aType({ bufferAfterMinutes: 10 }));
      const { doctor, type } = people;
      const away = newTimeOff(
        { id: nextId(), doctorId: doctor.id, startsAt: at(60), endsAt: at(120), note: null },
        T1,
      );
      const booked = anAppointment({ ...people, startsAt: NINE });
      const later = anAppointment({ ...people, startsAt: at(600) });
      await insert(booked, later);
      await run(async ({ doctors }) => {
        await doctors.replaceHours(withNextHours(doctor), WEEK);
        await doctors.insertTimeOff(away);
      });
      const ids = { doctorId: doctor.id, appointmentTypeId: type.id };
      const schedule = (from: number, to: number, more: Pick<ScheduleQuery, 'exceptId'> = {}) =>
        queries().schedule({ ...ids, range: { from: at(from), to: at(to) }, ...more });
      const found = await schedule(0, 61);
      expect(found?.week).to.have.deep.members(WEEK);
      expect({ ...found, week: [] }).to.deep.equal({
        doctor: { id: doctor.id, timeZone: 'UTC', isActive: true },
        type,
        week: [],
        away: [{ from: at(60), to: at(120) }],
        busy: [{ from: NINE, to: at(40) }],
        patientBusy: [],
      });
      const without = await schedule(39, 60, { exceptId: booked.id });
      expect([without?.away, without?.busy]).to.deep.equal([[], []]);
      expect((await schedule(40, 60))?.busy).to.deep.equal([]);
      for (const unknown of [{ doctorId: nextId() }, { appointmentTypeId: nextId() }])
        expect(await queries().schedule({ ...ids, ...unknown, range: { from: NINE, to: at(1) } })).to.equal(
          undefined,
        );
      const affected = await queries().affectedBy(doctor.id, { from: at(39), to: at(700) });
      expect(affected.map(({ id }) => id)).to.deep.equal([booked.id, later.id]);
      expect(await queries().affectedBy(doctor.id, { from: at(40), to: at(600) })).to.deep.equal([]);
    });
  });

  describe('the payment status of an appointment', () => {
    it('follows from its payments', async () => {
      const by = await adapters().givenUser('Samuel');
      const people = await cast(aType({ price: { amount: 4500, currency: 'EUR' } }));
      const appointment = anAppointment({ ...people, startsAt: NINE });
      await insert(appointment);
      const state = async () => (await queries().appointment(appointment.id))?.paymentStatus;
      const collect = (means: Parameters<ClinicPorts['billing']['collect']>[1]['means']) =>
        run(({ billing }) =>
          billing.collect(receivableOf(appointment, null, 'EUR'), {
            id: nextId(),
            means,
            requestHandle: null,
            by,
          }),
        );
      expect(await state()).to.equal('unpaid');
      await collect({ method: 'card', token: 'tok_visa_4242', last4: '4242' });
      expect(await state()).to.equal('inDoubt');
      const other = anAppointment({
        ...(await cast(aType({ price: { amount: 1, currency: 'EUR' } }))),
        startsAt: NINE,
      });
      await insert(other);
      await run(({ billing }) =>
        billing.collect(receivableOf(other, null, 'EUR'), {
          id: nextId(),
          means: { method: 'desk' },
          requestHandle: null,
          by,
        }),
      );
      expect((await queries().appointment(other.id))?.paymentStatus).to.equal('paid');
      await run(({ billing }) =>
        billing.refund(receivableOf(other, null, 'EUR'), { amount: null, reason: 'x', method: null, by }),
      );
      expect((await queries().appointment(other.id))?.paymentStatus).to.equal('paid');
    });
  });

  describe('the access log', () => {
    it('is read newest first, with names', async () => {
      const by = await adapters().givenUser('Samuel Okafor');
      const { patient } = await cast();
      const entries = [0, 1, 2].map((n) => ({
        id: nextId(),
        patientId: patient.id,
        at: plus(T1, n),
        by,
        action: `look-${n}`,
        resource: '/v1/patients',
      }));
      await run(({ accessLog }) => accessLog.append(entries));
      await run(({ accessLog }) => accessLog.append([]));
      const read = await walk((page) => queries().accessLog(patient.id, page));
      expect(read.map(({ action, by: who, at: when }) => [action, who.name, when])).to.deep.equal([
        ['look-2', 'Samuel Okafor', plus(T1, 2)],
        ['look-1', 'Samuel Okafor', plus(T1, 1)],
        ['look-0', 'Samuel Okafor', T1],
      ]);
      const record = await queries().record(patient.id);
      expect(record?.accessLog).to.have.length(3);
      expect(await queries().record(nextId())).to.equal(undefined);
    });
  });

  describe('calendars', () => {
    it('are found by the hash of the secret, and deleted by their owner', async () => {
      const userId = await adapters().givenUser('Paula');
      const feed = { id: nextId(), userId, tokenHash: `hash ${nextId()}`, createdAt: T1 };
      await run(({ calendarFeeds }) => calendarFeeds.insert(feed));
      expect(await queries().feed(feed.tokenHash)).to.deep.equal(feed);
      const close = (owner: string) => run(({ calendarFeeds }) => calendarFeeds.delete(owner, feed.id));
      expect([await close(nextId()), await close(userId), await close(userId)]).to.deep.equal([
        false,
        true,
        false,
      ]);
      await run(({ calendarFeeds }) => calendarFeeds.insert(feed));
      await run(({ calendarFeeds }) => calendarFeeds.deleteAll(userId));
      expect(await queries().feed(feed.tokenHash)).to.equal(undefined);
    });

    it('contain the appointments of a member, of a doctor or of everybody since a day', async () => {
      const [memberId, doctorUserId] = [
        await adapters().givenUser('Paula'),
        await adapters().givenUser('Ida'),
      ];
      const { type } = await cast();
      const [doctor, patient] = [
        aDoctor({ userId: doctorUserId }),
        aPatient({ userId: memberId, email: 'p@praxis.test' }),
      ];
      await run(async ({ doctors, patients }) => {
        await doctors.insert(doctor);
        await patients.insert(patient);
      });
      const [own, old] = [NINE, plus(NINE, -DAY)].map((startsAt) =>
        anAppointment({ doctor, patient, type, startsAt }),
      ) as [Appointment, Appointment];
      await insert(own, old);
      const idsOf = async (whose: Parameters<ClinicQueries['calendar']>[0]) =>
        (await queries().calendar(whose, NINE)).map(({ id }) => id);
      expect(await idsOf({ patientUserId: memberId })).to.deep.equal([own.id]);
      expect(await idsOf({ doctorUserId })).to.deep.equal([own.id]);
      expect(await idsOf('everybody'))
        .to.include(own.id)
        .and.not.to.include(old.id);
      expect(await queries().mailSubject(own.id)).to.deep.equal({
        id: own.id,
        startsAt: NINE,
        status: 'booked',
        revision: 1,
        email: 'p@praxis.test',
      });
      expect(await queries().mailSubject(nextId())).to.equal(undefined);
    });
  });

  it('accepts one of 20 concurrent bookings', async () => {
    const { doctor, type } = await cast();
    const patients = await Promise.all(Array.from({ length: 20 }, another));
    const outcomes = await Promise.allSettled(
      patients.map((patient) =>
        run(async (ports) => {
          await ports.doctors.lock([doctor.id]);
          await ports.patients.lock(patient.id);
          const made = anAppointment({ doctor, patient, type, startsAt: NINE });
          await ports.appointments.insert(made, madeBy(null, made));
        }),
      ),
    );
    const codes = outcomes.map((outcome) =>
      outcome.status === 'fulfilled'
        ? 'ok'
        : outcome.reason instanceof DomainError
          ? outcome.reason.code
          : outcome.reason,
    );
    expect(codes.filter((code) => code === 'ok')).to.have.length(1);
    expect(codes.filter((code) => code === 'slot-taken')).to.have.length(19);
  });
}
