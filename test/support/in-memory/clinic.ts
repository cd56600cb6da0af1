import { invalidField, versionMismatch } from '../../../src/kernel/errors.js';
import type { Clock } from '../../../src/kernel/clock.js';
import { type Page, type PageKey, type PageRequest, toPage } from '../../../src/kernel/page.js';
import { paymentStatusOf, type Payment, type Refund } from '../../../src/kernel/payments.js';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work.js';
import type { BillingPorts } from '../../../src/billing/application/ports.js';
import { makeAppointmentOrigin } from '../../../src/clinic/application/appointment-origin.js';
import type {
  AccessEntry,
  AccessItem,
  AppointmentFilter,
  AppointmentView,
  CalendarFeed,
  ClinicPorts,
  ClinicQueries,
  HistoryItem,
  HistoryLine,
  WeeklyWindow,
} from '../../../src/clinic/application/ports.js';
import {
  type Appointment,
  busyRange,
  isLive,
  nextAppointmentVersion,
  realRange,
  restoreAppointment,
} from '../../../src/clinic/domain/appointment.js';
import {
  type AppointmentType,
  nextTypeVersion,
  restoreAppointmentType,
} from '../../../src/clinic/domain/appointment-type.js';
import { type Doctor, nextDoctorVersion, restoreDoctor } from '../../../src/clinic/domain/doctor.js';
import {
  doctorAccountTaken,
  doctorHasAppointments,
  patientBusy,
  patientFileExists,
  slotTaken,
} from '../../../src/clinic/domain/errors.js';
import { overlaps } from '../../../src/clinic/domain/interval.js';
import { nextPatientVersion, type Patient, restorePatient } from '../../../src/clinic/domain/patient.js';
import { APPOINTMENT_ORIGIN } from '../../../src/clinic/domain/receivable.js';
import { restoreTimeOff, type TimeOff } from '../../../src/clinic/domain/time-off.js';
import { FakeClock } from '../fakes/clock.js';
import { FakeIds } from '../fakes/ids.js';
import { makeAsync } from './adapters.js';
import { historyIn, makeInMemoryBilling, type BillingRows } from './billing.js';
import { makeInMemoryOutbox, storedJobs } from './outbox.js';
import { InMemoryStore, type Table } from './store.js';

type Member = Readonly<{ id: string; name: string; email: string; isStaff: boolean }>;
type Hours = Readonly<{ id: string; week: readonly WeeklyWindow[] }>;
type Line = HistoryLine & Readonly<{ id: string; line: number }>;

class Rows {
  readonly users: Table<Member>;
  readonly doctors: Table<Doctor>;
  readonly hours: Table<Hours>;
  readonly timeOff: Table<TimeOff>;
  readonly types: Table<AppointmentType>;
  readonly patients: Table<Patient>;
  readonly appointments: Table<Appointment>;
  readonly history: Table<Line>;
  readonly access: Table<AccessEntry>;
  readonly feeds: Table<CalendarFeed>;
  /** Payments that the books know. */
  readonly booked: Table<Readonly<{ id: string; amount: number }>>;
  constructor(readonly store: InMemoryStore) {
    this.users = store.table('users');
    this.doctors = store.table('doctors');
    this.hours = store.table('hours');
    this.timeOff = store.table('time_off');
    this.types = store.table('types');
    this.patients = store.table('patients');
    this.appointments = store.table('appointments');
    this.history = store.table('history');
    this.access = store.table('access');
    this.feeds = store.table('feeds');
    this.booked = store.table('booked');
  }
}

const required = <Row>(row: Row | undefined, what: string): Row => {
  if (row === undefined) throw new Error(`violates foreign key: no ${what}`);
  return row;
};

function makeDoctors({ doctors, hours, timeOff, users, appointments }: Rows): ClinicPorts['doctors'] {
  const assertInvariants = (doctor: Doctor): void => {
    if (doctor.userId === null) return;
    if (users.get(doctor.userId) === undefined) throw invalidField('/userId', 'names no user');
    if (doctors.all().some(({ id, userId }) => userId === doctor.userId && id !== doctor.id))
      throw doctorAccountTaken();
  };
  const restored = (row: Doctor | undefined) => row && restoreDoctor(row);
  return {
    find: makeAsync((id) => restored(doctors.get(id))),
    lock: makeAsync(
      (ids) =>
        new Map(
          [...new Set(ids)]
            .sort()
            .map((id) => restored(doctors.lock(id)))
            .filter((doctor) => doctor !== undefined)
            .map((doctor) => [doctor.id, doctor]),
        ),
    ),
    insert: makeAsync((doctor) => {
      assertInvariants(doctor);
      doctors.put(doctor);
    }),
    save: makeAsync((doctor) => {
      if (doctors.get(doctor.id)?.version !== doctor.version) throw versionMismatch();
      assertInvariants(doctor);
      const saved = nextDoctorVersion(doctor);
      doctors.put(saved);
      return saved;
    }),
    delete: makeAsync((id) => {
      if (appointments.all().some(({ doctorId }) => doctorId === id)) throw doctorHasAppointments();
      for (const off of timeOff.all()) if (off.doctorId === id) timeOff.delete(off.id);
      hours.delete(id);
      doctors.delete(id);
    }),
    hours: makeAsync((doctorId) => hours.get(doctorId)?.week ?? []),
    replaceHours: makeAsync((doctor, week) => {
      hours.put({ id: doctor.id, week });
      doctors.put({ ...required(doctors.get(doctor.id), 'doctor'), hoursVersion: doctor.hoursVersion });
    }),
    insertTimeOff: makeAsync((away) => {
      required(doctors.get(away.doctorId), 'doctor');
      timeOff.put(away);
    }),
    deleteTimeOff: makeAsync((doctorId, timeOffId) => {
      if (timeOff.get(timeOffId)?.doctorId !== doctorId) return false;
      timeOff.delete(timeOffId);
      return true;
    }),
  };
}

function makeTypes({ types, appointments }: Rows): ClinicPorts['appointmentTypes'] {
  const restored = (row: AppointmentType | undefined) => row && restoreAppointmentType(row);
  return {
    find: makeAsync((id) => restored(types.get(id))),
    lock: makeAsync((id) => restored(types.lock(id))),
    insert: makeAsync((type) => {
      types.put(type);
    }),
    save: makeAsync((type) => {
      if (types.get(type.id)?.version !== type.version) throw versionMismatch();
      const saved = nextTypeVersion(type);
      types.put(saved);
      return saved;
    }),
    deleteUnused: makeAsync((id) => {
      if (appointments.all().some(({ appointmentTypeId }) => appointmentTypeId === id)) return false;
      types.delete(id);
      return true;
    }),
  };
}

function makePatients({ patients, users }: Rows): ClinicPorts['patients'] {
  const restored = (row: Patient | undefined) => row && restorePatient(row);
  const byUser = (userId: string) => restored(patients.all().find((row) => row.userId === userId));
  const assertInvariants = (patient: Patient): void => {
    if (patient.userId === null) return;
    if (users.get(patient.userId) === undefined) throw invalidField('/userId', 'names no user');
    const there = byUser(patient.userId);
    if (there !== undefined && there.id !== patient.id) throw patientFileExists();
  };
  return {
    find: makeAsync((id) => restored(patients.get(id))),
    findByUser: makeAsync(byUser),
    lock: makeAsync((id) => restored(patients.lock(id))),
    lockByUser: makeAsync((userId) => {
      const found = byUser(userId);
      return found && restored(patients.lock(found.id));
    }),
    insert: makeAsync((patient) => {
      assertInvariants(patient);
      patients.put(patient);
    }),
    insertUnlessThere: makeAsync((patient) => {
      const there = byUser(patient.userId);
      if (there !== undefined) return there;
      assertInvariants(patient);
      patients.put(patient);
      return restorePatient(patient);
    }),
    save: makeAsync((patient) => {
      if (patients.get(patient.id)?.version !== patient.version) throw versionMismatch();
      assertInvariants(patient);
      const saved = nextPatientVersion(patient);
      patients.put(saved);
      return saved;
    }),
  };
}

function makeAppointments(rows: Rows): ClinicPorts['appointments'] {
  const { appointments, history } = rows;
  const restored = (row: Appointment | undefined) => row && restoreAppointment(row);
  /** The EXCLUDE constraints. */
  const assertInvariants = (appointment: Appointment): void => {
    required(rows.doctors.get(appointment.doctorId), 'doctor');
    required(rows.patients.get(appointment.patientId), 'patient');
    if (rows.types.get(appointment.appointmentTypeId) === undefined)
      throw invalidField('/appointmentTypeId', 'names no type that can be booked');
    if (!isLive(appointment)) return;
    for (const other of appointments.all().map(restoreAppointment)) {
      if (other.id === appointment.id || !isLive(other)) continue;
      if (other.doctorId === appointment.doctorId && overlaps(busyRange(other), busyRange(appointment)))
        throw slotTaken();
      if (other.patientId === appointment.patientId && overlaps(realRange(other), realRange(appointment)))
        throw patientBusy();
    }
  };
  const appendHistory = (entry: HistoryLine): void => {
    required(appointments.get(entry.appointmentId), 'appointment');
    const line = history.all().length + 1;
    history.put({ ...entry, line, id: String(line).padStart(9, '0') });
  };
  return {
    find: makeAsync((id) => restored(appointments.get(id))),
    lock: makeAsync((id) => restored(appointments.lock(id))),
    insert: makeAsync((appointment, firstLine) => {
      assertInvariants(appointment);
      appointments.put(appointment);
      appendHistory(firstLine);
    }),
    save: makeAsync((appointment) => {
      if (appointments.get(appointment.id)?.version !== appointment.version) throw versionMismatch();
      assertInvariants(appointment);
      const saved = nextAppointmentVersion(appointment);
      appointments.put(saved);
      return saved;
    }),
    lockAllOfPatient: makeAsync((patientId) =>
      appointments
        .all()
        .filter((row) => row.patientId === patientId)
        .map(({ id }) => restoreAppointment(required(appointments.lock(id), 'appointment'))),
    ),
    appendHistory: makeAsync(appendHistory),
  };
}

const makeDiary = ({
  doctors,
  patients,
  clinicQueries,
}: Pick<ClinicPorts, 'doctors' | 'patients' | 'clinicQueries'>): ClinicPorts['diary'] => ({
  async lockAndRead({ otherDoctorIds = [], ...query }) {
    const { doctorId, patient } = query;
    return {
      doctors: await doctors.lock([doctorId, ...otherDoctorIds]),
      patient: await ('id' in patient ? patients.lock(patient.id) : patients.lockByUser(patient.userId)),
      schedule: await clinicQueries.schedule(query),
    };
  },
});

const byName = (a: { name: string; id: string }, b: { name: string; id: string }): number =>
  a.name < b.name || (a.name === b.name && a.id < b.id) ? -1 : 1;

/** A page of rows that are sorted by name. */
function pageByName<Row extends Readonly<{ id: string; name: string }>>(
  rows: readonly Row[],
  { limit, after }: PageRequest,
): Page<Row> {
  const [name, id] = after ?? [];
  const rest = [...rows]
    .sort(byName)
    .filter((row) => after === undefined || byName(row, { name: String(name), id: String(id) }) > 0);
  return toPage(rest.filter((row) => row.id !== id).slice(0, limit + 1), limit, (row) => [row.name, row.id]);
}

/** A page of rows that are sorted by an instant, then by id. */
function pageByTime<Row extends Readonly<{ id: string }>>(
  rows: readonly Row[],
  instantOf: (row: Row) => Date,
  { limit, after }: PageRequest,
  direction: 1 | -1 = 1,
): Page<Row> {
  const key = (row: Row): [number, string] => [instantOf(row).getTime(), row.id];
  const compare = (a: PageKey, b: PageKey): number =>
    direction *
    (Number(a[0]) - Number(b[0]) || (String(a[1]) < String(b[1]) ? -1 : String(a[1]) > String(b[1]) ? 1 : 0));
  const rest = [...rows]
    .sort((a, b) => compare(key(a), key(b)))
    .filter((row) => after === undefined || compare(key(row), after) > 0);
  return toPage(rest.slice(0, limit + 1), limit, key);
}

const recorded = ({ id, origin, method, amount, currency, createdAt }: Payment | Refund) => ({
  id,
  appointmentId: origin.id,
  method,
  amount: { amount, currency },
  createdAt,
});

function makeQueries(rows: Rows, bills: BillingRows): ClinicQueries {
  const { doctors, hours, timeOff, types, patients, appointments, history, access, feeds, users } = rows;
  const viewOf = (row: Appointment): AppointmentView => {
    const patient = required(patients.get(row.patientId), 'patient');
    const { id, name } = required(doctors.get(row.doctorId), 'doctor');
    const type = required(types.get(row.appointmentTypeId), 'type');
    const {
      doctorId: _d,
      patientId: _p,
      appointmentTypeId: _t,
      busyFrom: _f,
      busyUntil: _u,
      deletedAt: _x,
      ...rest
    } = restoreAppointment(row);
    return {
      ...rest,
      doctor: { id, name },
      patient: { id: patient.id, name: patient.name },
      patientUserId: patient.userId,
      appointmentType: { id: type.id, name: type.name },
      paymentStatus:
        row.price &&
        paymentStatusOf(row.price.amount, historyIn(bills, { type: APPOINTMENT_ORIGIN, id: row.id })),
    };
  };
  const present = (): Appointment[] =>
    appointments
      .all()
      .map(restoreAppointment)
      .filter(({ deletedAt }) => deletedAt === null);
  const known = (): Patient[] =>
    patients
      .all()
      .map(restorePatient)
      .filter(({ anonymisedAt }) => anonymisedAt === null);
  const nameOf = (userId: string) => ({ id: userId, name: users.get(userId)?.name ?? '' });
  const lineOf = ({
    line,
    appointmentId,
    at,
    by,
    from,
    to,
    startsAt,
  }: Line): HistoryItem & { appointmentId: string } => ({
    line,
    appointmentId,
    at,
    by: by === null ? null : nameOf(by),
    from,
    to,
    startsAt,
    reason:
      to === 'cancelled' && from !== 'cancelled'
        ? (appointments.get(appointmentId)?.cancelReason ?? null)
        : null,
  });
  const accessOf = ({ id, at, by, action, resource }: AccessEntry): AccessItem => ({
    id,
    at,
    by: nameOf(by),
    action,
    resource,
  });
  const matches =
    ({ doctorId, patientId, patientUserId, from, to, statuses }: AppointmentFilter) =>
    (view: AppointmentView): boolean =>
      (doctorId === undefined || view.doctor.id === doctorId) &&
      (patientId === undefined || view.patient.id === patientId) &&
      (patientUserId === undefined || view.patientUserId === patientUserId) &&
      (from === undefined || view.startsAt >= from) &&
      (to === undefined || view.startsAt < to) &&
      (statuses === undefined || statuses.includes(view.status));
  return {
    doctors: makeAsync(({ activeOnly }, page) =>
      pageByName(
        doctors
          .all()
          .map(restoreDoctor)
          .filter(({ isActive }) => isActive || !activeOnly),
        page,
      ),
    ),
    doctor: makeAsync((id) => {
      const row = doctors.get(id);
      return row && restoreDoctor(row);
    }),
    workingHours: makeAsync((doctorId) => {
      const doctor = doctors.get(doctorId);
      return doctor && { week: hours.get(doctorId)?.week ?? [], version: doctor.hoursVersion };
    }),
    appointmentType: makeAsync((id) => {
      const row = types.get(id);
      return row && restoreAppointmentType(row);
    }),
    appointmentTypes: makeAsync((page) =>
      pageByName(
        types
          .all()
          .map(restoreAppointmentType)
          .filter(({ retiredAt }) => retiredAt === null),
        page,
      ),
    ),
    timeOff: makeAsync((doctorId, page) =>
      pageByTime(
        timeOff
          .all()
          .map(restoreTimeOff)
          .filter((row) => row.doctorId === doctorId),
        ({ startsAt }) => startsAt,
        page,
      ),
    ),
    schedule: makeAsync(({ doctorId, appointmentTypeId, range, patient, exceptId, bookings }) => {
      const [doctor, type] = [doctors.get(doctorId), types.get(appointmentTypeId)];
      if (doctor === undefined || type === undefined) return undefined;
      const isAsked = (patientId: string): boolean =>
        patient !== undefined &&
        ('id' in patient ? patient.id === patientId : patients.get(patientId)?.userId === patient.userId);
      const live = present().filter((row) => isLive(row) && row.id !== exceptId);
      return {
        doctor: { id: doctor.id, timeZone: doctor.timeZone, isActive: doctor.isActive },
        type: restoreAppointmentType(type),
        week: hours.get(doctorId)?.week ?? [],
        away: timeOff
          .all()
          .filter((row) => row.doctorId === doctorId)
          .map(({ startsAt, endsAt }) => ({ from: startsAt, to: endsAt }))
          .filter((each) => overlaps(each, range)),
        busy: live
          .filter((row) => row.doctorId === doctorId)
          .map(busyRange)
          .filter((each) => overlaps(each, range)),
        patientBusy: live
          .filter((row) => isAsked(row.patientId))
          .map(realRange)
          .filter((each) => overlaps(each, range)),
        ...(bookings && {
          bookings: {
            open: live.filter((row) => isAsked(row.patientId) && row.endsAt > bookings.now).length,
            recent: appointments
              .all()
              .filter((row) => isAsked(row.patientId) && row.createdAt > bookings.since)
              .map(({ createdAt }) => createdAt)
              .sort((one, other) => one.getTime() - other.getTime()),
          },
        }),
      };
    }),
    patients: makeAsync(({ q }, page) => {
      const begins = (text: string | null): boolean =>
        text?.toLowerCase().startsWith((q ?? '').toLowerCase()) === true;
      const found = known().filter(
        ({ name, email, phone }) => q === undefined || [name, email, phone].some(begins),
      );
      return pageByTime(found, ({ createdAt }) => createdAt, page, -1);
    }),
    patient: makeAsync((id) => known().find((row) => row.id === id)),
    patientOfUser: makeAsync((userId) => known().find((row) => row.userId === userId)),
    patientsOfDoctor: makeAsync((doctorId, page) => {
      if (doctors.get(doctorId) === undefined) return undefined;
      const met = new Set(
        present()
          .filter((row) => row.doctorId === doctorId)
          .map((row) => row.patientId),
      );
      return pageByName(
        known().filter(({ id }) => met.has(id)),
        page,
      );
    }),
    doctorsOfPatient: makeAsync((patientId, page) => {
      if (!known().some(({ id }) => id === patientId)) return undefined;
      const met = new Set(
        present()
          .filter((row) => row.patientId === patientId)
          .map((row) => row.doctorId),
      );
      return pageByName(
        doctors
          .all()
          .map(restoreDoctor)
          .filter(({ id }) => met.has(id)),
        page,
      );
    }),
    appointments: makeAsync((filter, page) =>
      pageByTime(
        present().map(viewOf).filter(matches(filter)),
        ({ startsAt }) => startsAt,
        page,
        filter.latestFirst === true ? -1 : 1,
      ),
    ),
    appointment: makeAsync((id) => {
      const row = present().find((each) => each.id === id);
      return row && viewOf(row);
    }),
    affectedBy: makeAsync((doctorId, range) =>
      present()
        .filter((row) => row.doctorId === doctorId && isLive(row) && overlaps(busyRange(row), range))
        .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())
        .map(viewOf),
    ),
    history: makeAsync((appointmentId, { limit, after }) => {
      const lines = history
        .all()
        .filter((row) => row.appointmentId === appointmentId && row.line > Number(after?.[0] ?? 0))
        .map(lineOf);
      return toPage(lines.slice(0, limit + 1), limit, ({ line }) => [line]);
    }),
    accessLog: makeAsync((patientId, page) =>
      pageByTime(
        access
          .all()
          .filter((row) => row.patientId === patientId)
          .map(accessOf),
        ({ at }) => at,
        page,
        -1,
      ),
    ),
    record: makeAsync((patientId) => {
      const patient = patients.get(patientId);
      if (patient === undefined) return undefined;
      const own = present().filter((row) => row.patientId === patientId);
      const ids = new Set(own.map(({ id }) => id));
      return {
        patient: restorePatient(patient),
        appointments: own.map(viewOf).sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime()),
        history: history
          .all()
          .filter(({ appointmentId }) => ids.has(appointmentId))
          .map(lineOf),
        payments: bills.payments
          .all()
          .filter(({ origin }) => ids.has(origin.id))
          .map((payment) => ({ ...recorded(payment), status: payment.status, cardLast4: payment.cardLast4 })),
        refunds: bills.refunds
          .all()
          .filter(({ origin }) => ids.has(origin.id))
          .map((refund) => ({ ...recorded(refund), status: refund.status, reason: refund.reason })),
        accessLog: access
          .all()
          .filter((row) => row.patientId === patientId)
          .map(accessOf),
      };
    }),
    mailSubject: makeAsync((appointmentId) => {
      const row = present().find(({ id }) => id === appointmentId);
      if (row === undefined) return undefined;
      const { id, startsAt, status, revision, patientId } = row;
      return { id, startsAt, status, revision, email: patients.get(patientId)?.email ?? null };
    }),
    feed: makeAsync((tokenHash) => feeds.all().find((row) => row.tokenHash === tokenHash)),
    calendar: makeAsync((whose, since) =>
      present()
        .filter(({ startsAt, patientId, doctorId }) => {
          if (startsAt < since) return false;
          if (whose === 'everybody') return true;
          return 'doctorUserId' in whose
            ? doctors.get(doctorId)?.userId === whose.doctorUserId
            : patients.get(patientId)?.userId === whose.patientUserId;
        })
        .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())
        .map(({ id, startsAt, endsAt, status, revision, createdAt, updatedAt }) => ({
          id,
          startsAt,
          endsAt,
          status,
          revision,
          createdAt,
          updatedAt,
        })),
    ),
    isDoctor: makeAsync((userId) => doctors.all().some((row) => row.userId === userId)),
  };
}

/** Every port of the clinic in memory, over one store. */
export function makeInMemoryClinic(
  whole = new InMemoryStore(),
  neighbours: Partial<
    Pick<ClinicPorts, 'clinicMembers' | 'idempotencyKey'> &
      Pick<BillingPorts, 'paymentBookkeeper' | 'idempotencyKeys'> &
      Readonly<{ clock: Clock; ids: FakeIds }>
  > = {},
) {
  const rows = new Rows(whole);
  const { store, users, feeds, access, booked } = rows;
  const clinicMembers: ClinicPorts['clinicMembers'] = {
    find: makeAsync((userId) => {
      const user = users.get(userId);
      return user && { name: user.name, email: user.email, isStaff: user.isStaff };
    }),
  };
  const doctors = makeDoctors(rows);
  const patients = makePatients(rows);
  const appointments = makeAppointments(rows);
  const outbox = makeInMemoryOutbox({ store, ids: new FakeIds('01910000') });
  const practice = { currency: 'EUR', timeZone: 'Europe/Berlin' };
  const bills = makeInMemoryBilling(store, {
    paymentBookkeeper: neighbours.paymentBookkeeper ?? {
      recordPayment: makeAsync(({ id, amount }) => {
        booked.put({ id, amount });
      }),
      recordRefund: makeAsync(({ id, amount }) => {
        booked.put({ id, amount: -amount });
      }),
    },
    idempotencyKeys: neighbours.idempotencyKeys ?? { release: () => Promise.resolve() },
    paymentOrigins: () => ({
      [APPOINTMENT_ORIGIN]: makeAppointmentOrigin({ appointments, patients, practice }),
    }),
    outbox,
    clock: neighbours.clock ?? new FakeClock(),
    ids: neighbours.ids ?? new FakeIds('01920000'),
  });
  const clinicQueries = makeQueries(rows, bills.rows);
  const ports: ClinicPorts = {
    doctors,
    appointmentTypes: makeTypes(rows),
    patients,
    diary: makeDiary({ doctors, patients, clinicQueries }),
    appointments,
    billing: bills.billing,
    accessLog: {
      append: makeAsync((entries) => {
        for (const entry of entries) {
          required(rows.patients.get(entry.patientId), 'patient');
          access.put(entry);
        }
      }),
    },
    calendarFeeds: {
      insert: makeAsync((feed) => {
        feeds.put(feed);
      }),
      delete: makeAsync((userId, feedId) => {
        if (feeds.get(feedId)?.userId !== userId) return false;
        feeds.delete(feedId);
        return true;
      }),
      deleteAll: makeAsync((userId) => {
        for (const feed of feeds.all()) if (feed.userId === userId) feeds.delete(feed.id);
      }),
    },
    clinicMembers: neighbours.clinicMembers ?? clinicMembers,
    idempotencyKey: neighbours.idempotencyKey ?? { reserve: () => Promise.resolve(null) },
    clinicQueries,
    outbox,
  };
  const clinicUnitOfWork: UnitOfWork<ClinicPorts> = store.unitOfWork(ports);
  return {
    clinicUnitOfWork,
    clinicQueries,
    clinicMembers,
    billingUnitOfWork: bills.billingUnitOfWork,
    paymentQueries: bills.paymentQueries,
    bills: bills.rows,
    jobs: () => storedJobs(store),
    rows,
    booked: () => booked.all(),
    addUser(user: Member): Promise<void> {
      users.put(user);
      return Promise.resolve();
    },
  };
}
