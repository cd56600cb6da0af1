import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { makeAccessAuditor } from '../../src/clinic/application/access.js';
import { makeAddDoctor } from '../../src/clinic/application/add-doctor.js';
import { makeAdvanceAppointment, type Step } from '../../src/clinic/application/advance-appointment.js';
import { makeAnnotateAppointment } from '../../src/clinic/application/annotate-appointment.js';
import { makeAnonymisePatient } from '../../src/clinic/application/anonymise-patient.js';
import { makeForgetMember } from '../../src/clinic/application/forget-member.js';
import { makeAddAppointmentType } from '../../src/clinic/application/add-appointment-type.js';
import { makeChangeAppointmentType } from '../../src/clinic/application/change-appointment-type.js';
import { makeListAppointmentTypes } from '../../src/clinic/application/list-appointment-types.js';
import { makeRemoveAppointmentType } from '../../src/clinic/application/remove-appointment-type.js';
import { makeViewAppointmentType } from '../../src/clinic/application/view-appointment-type.js';
import { makeBookAppointment } from '../../src/clinic/application/book-appointment.js';
import { makeCloseFeed } from '../../src/clinic/application/close-calendar-feed.js';
import { makeOpenFeed } from '../../src/clinic/application/open-calendar-feed.js';
import { makeReadFeed } from '../../src/clinic/application/read-calendar-feed.js';
import { makeCancelAppointment } from '../../src/clinic/application/cancel-appointment.js';
import { makeChangeDoctor } from '../../src/clinic/application/change-doctor.js';
import { makeFindSlots } from '../../src/clinic/application/find-slots.js';
import type { MailKind } from '../../src/clinic/application/mails.js';
import { makeAddPatient } from '../../src/clinic/application/add-patient.js';
import { makeChangePatient } from '../../src/clinic/application/change-patient.js';
import { makeExportOwnFile } from '../../src/clinic/application/export-own-file.js';
import { makeListDoctorsOfPatient } from '../../src/clinic/application/list-doctors-of-patient.js';
import { makeListOwnAccesses } from '../../src/clinic/application/list-own-accesses.js';
import { makeListPatientsOfDoctor } from '../../src/clinic/application/list-patients-of-doctor.js';
import { makeListPatients } from '../../src/clinic/application/list-patients.js';
import { makeViewOwnFile } from '../../src/clinic/application/view-own-file.js';
import { makeViewPatient } from '../../src/clinic/application/view-patient.js';
import { makeWriteOwnFile } from '../../src/clinic/application/write-own-file.js';
import { makePayAppointment } from '../../src/clinic/application/pay-appointment.js';
import { makeResumePayment } from '../../src/clinic/application/resume-payment.js';
import type {
  Caller,
  CardTerminal,
  ClinicPorts,
  DoctorDetails,
  TypeDetails,
} from '../../src/clinic/application/ports.js';
import { makeListAppointmentHistory } from '../../src/clinic/application/list-appointment-history.js';
import { makeListAppointments } from '../../src/clinic/application/list-appointments.js';
import { makeViewAppointment } from '../../src/clinic/application/view-appointment.js';
import { makeListDoctors } from '../../src/clinic/application/list-doctors.js';
import { makeViewDoctor } from '../../src/clinic/application/view-doctor.js';
import { makeReconcileAppointmentPayments } from '../../src/clinic/application/reconcile-payments.js';
import { makeRemoveAppointment } from '../../src/clinic/application/remove-appointment.js';
import { makeRemoveDoctor } from '../../src/clinic/application/remove-doctor.js';
import { makeRescheduleAppointment } from '../../src/clinic/application/reschedule-appointment.js';
import { makeSendAppointmentMail } from '../../src/clinic/application/send-appointment-mail.js';
import { makeAddTimeOff } from '../../src/clinic/application/add-time-off.js';
import { makeListTimeOff } from '../../src/clinic/application/list-time-off.js';
import { makeRemoveTimeOff } from '../../src/clinic/application/remove-time-off.js';
import { makeSetWorkingHours } from '../../src/clinic/application/set-working-hours.js';
import { makeViewWorkingHours } from '../../src/clinic/application/view-working-hours.js';
import { makeTemporalTimeZones } from '../../src/platform/time/temporal-time-zones.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { FakeMailer } from '../support/fakes/mailer.js';
import { makeAsync } from '../support/in-memory/adapters.js';
import { makeInMemoryClinic } from '../support/in-memory/clinic.js';
import { InMemoryStore } from '../support/in-memory/store.js';
import { expectRefusal } from '../support/refusal.js';

export const eur = (amount: number) => ({ amount, currency: 'EUR' });
export const MEMBER: Caller = { userId: '01930000-0000-7000-8000-0000000000c1', isStaff: false };
export const OTHER: Caller = { userId: '01930000-0000-7000-8000-0000000000c2', isStaff: false };
export const STAFF: Caller = { userId: '01930000-0000-7000-8000-0000000000c3', isStaff: true };
export const UNKNOWN_ID = '01930000-0000-7000-8000-00000000dead';

/** The clinic's clock stands at Saturday 2026-11-21, 09:00 UTC. This is the Monday after, in UTC. */
export const monday = (time: string): Date => new Date(`2026-11-23T${time}:00.000Z`);

const timeZones = makeTemporalTimeZones();

type Answer = 'captured' | 'declined';

/** A card terminal with scripted outcomes; it stores charges by key like a real gateway. */
export class FakeTerminal implements CardTerminal {
  /** The outcome of the next charges; a `lost` charge never reaches the gateway and gets no answer. */
  next: Answer | 'inDoubt' | 'lost' = 'captured';
  /** Thrown by the next charge. */
  failure: Error | undefined;
  readonly charges = new Map<string, Readonly<{ outcome: Answer; amount: number; currency: string }>>();
  readonly chosen: Readonly<{ userId: string; cardId: string | null }>[] = [];
  /** Called during a charge. */
  meanwhile: () => Promise<void> = () => Promise.resolve();

  cardOf(userId: string, cardId: string | null) {
    this.chosen.push({ userId, cardId });
    return Promise.resolve({ gatewayToken: 'tok_visa_4242', last4: '4242' });
  }
  async charge({ key, amount }: Parameters<CardTerminal['charge']>[0]) {
    await this.meanwhile();
    if (this.failure !== undefined) throw this.failure;
    if (this.next === 'lost') return 'inDoubt' as const;
    this.charges.set(key, { outcome: this.next === 'inDoubt' ? 'captured' : this.next, ...amount });
    return this.next;
  }
  outcomeOf(key: string) {
    return Promise.resolve(this.charges.get(key)?.outcome ?? ('unknown' as const));
  }
}

const WEEKDAYS_NINE_TO_TWELVE = [1, 2, 3, 4, 5].map((weekday) => ({
  weekday,
  fromMinute: 9 * 60,
  untilMinute: 12 * 60,
}));

/**
 * A clinic in memory, with a fake clock, card terminal and mailer. `doctorId` works in UTC, Monday to Friday from 9 to 12.
 * `typeId` takes half an hour, needs an hour's notice, and may be cancelled or moved twice until a day before. MEMBER and
 * OTHER are members without a patient file.
 */
export async function openClinic() {
  const store = new InMemoryStore();
  const keys = store.table<Readonly<{ id: string; reference: string; settled: boolean }>>('keys');
  const books = store.table<Readonly<{ id: string; amount: number; payerId: string | null }>>('books');
  const memory = makeInMemoryClinic(store, {
    appointmentBooks: {
      book: makeAsync(({ id, amount }, payerId) => {
        books.put({ id, amount, payerId });
      }),
    },
    idempotencyKey: {
      reserve: makeAsync((reference) => {
        const id = `key of ${reference}`;
        keys.put({ id, reference, settled: false });
        return id;
      }),
    },
    idempotencyKeys: {
      release: makeAsync((id) => {
        keys.put({ ...keys.get(id)!, settled: true });
      }),
    },
  });
  const { rows, clinicUnitOfWork } = memory;
  const cardTerminal = new FakeTerminal();
  const clock = new FakeClock();
  const mailer = new FakeMailer();
  const ids = new FakeIds();
  let tokens = 0;
  const base = {
    ...memory,
    cardTerminal,
    clock,
    ids,
    mailer,
    timeZones,
    bookingLimits: { openAppointments: null, bookingsPerHour: null },
    practice: { currency: 'EUR', timeZone: 'Europe/Berlin' },
    publicUrl: 'https://praxis.test',
    feedTokens: { make: () => `secret-${(tokens += 1)}`, hash: (token: string) => `hash of ${token}` },
    accessAuditor: makeAccessAuditor({ clinicUnitOfWork, clock, ids }),
  };
  await memory.addUser({ id: MEMBER.userId, name: 'Mara Member', email: 'mara@praxis.test', isStaff: false });
  await memory.addUser({ id: OTHER.userId, name: 'Otto Other', email: 'otto@praxis.test', isStaff: false });
  await memory.addUser({
    id: STAFF.userId,
    name: 'Stella Staff',
    email: 'stella@praxis.test',
    isStaff: true,
  });

  const useCases = {
    addDoctor: makeAddDoctor(base),
    changeDoctor: makeChangeDoctor(base),
    removeDoctor: makeRemoveDoctor(base),
    listDoctors: makeListDoctors(base),
    viewDoctor: makeViewDoctor(base),
    viewWorkingHours: makeViewWorkingHours(base),
    setWorkingHours: makeSetWorkingHours(base),
    listTimeOff: makeListTimeOff(base),
    addTimeOff: makeAddTimeOff(base),
    removeTimeOff: makeRemoveTimeOff(base),
    listAppointmentTypes: makeListAppointmentTypes(base),
    viewAppointmentType: makeViewAppointmentType(base),
    addAppointmentType: makeAddAppointmentType(base),
    changeAppointmentType: makeChangeAppointmentType(base),
    removeAppointmentType: makeRemoveAppointmentType(base),
    viewOwnFile: makeViewOwnFile(base),
    writeOwnFile: makeWriteOwnFile(base),
    listOwnAccesses: makeListOwnAccesses(base),
    exportOwnFile: makeExportOwnFile(base),
    listPatients: makeListPatients(base),
    viewPatient: makeViewPatient(base),
    addPatient: makeAddPatient(base),
    changePatient: makeChangePatient(base),
    anonymisePatient: makeAnonymisePatient(base),
    forgetMember: makeForgetMember(base),
    listPatientsOfDoctor: makeListPatientsOfDoctor(base),
    listDoctorsOfPatient: makeListDoctorsOfPatient(base),
    listAppointments: makeListAppointments(base),
    viewAppointment: makeViewAppointment(base),
    listAppointmentHistory: makeListAppointmentHistory(base),
    findSlots: makeFindSlots(base),
    bookAppointment: makeBookAppointment(base),
    annotateAppointment: makeAnnotateAppointment(base),
    removeAppointment: makeRemoveAppointment(base),
    rescheduleAppointment: makeRescheduleAppointment(base),
    cancelAppointment: makeCancelAppointment(base),
    advanceAppointment: makeAdvanceAppointment(base),
    payAppointment: makePayAppointment(base),
    resumePayment: makeResumePayment(base),
    reconcilePayments: makeReconcileAppointmentPayments(base),
    sendAppointmentMail: makeSendAppointmentMail(base),
    openFeed: makeOpenFeed(base),
    closeFeed: makeCloseFeed(base),
    readFeed: makeReadFeed(base),
  };

  const doctor = async (
    details: Partial<DoctorDetails> = {},
    week: Parameters<typeof useCases.setWorkingHours>[0]['week'] = WEEKDAYS_NINE_TO_TWELVE,
  ): Promise<string> => {
    const { id } = await useCases.addDoctor({
      name: 'Dr. Ida Falk',
      email: 'falk@praxis.test',
      specialty: null,
      timeZone: 'UTC',
      userId: null,
      ...details,
    });
    await useCases.setWorkingHours({ doctorId: id, week, expectedVersion: null });
    return id;
  };
  const type = async (details: Partial<TypeDetails> = {}): Promise<string> => {
    const { id } = await useCases.addAppointmentType({
      name: 'Consultation',
      durationMinutes: 30,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      minNoticeMinutes: 60,
      cancelNoticeMinutes: 24 * 60,
      maxReschedules: 2,
      price: null,
      needsApproval: false,
      ...details,
    });
    return id;
  };
  const doctorId = await doctor();
  const typeId = await type();

  /** All stored rows, in id order. */
  const snapshot = () => ({
    ...Object.fromEntries(
      Object.entries(rows)
        .filter(([name]) => name !== 'store')
        .map(([name, table]) => [name, (table as { all(): unknown[] }).all()]),
    ),
    jobs: memory.jobs(),
    keys: keys.all(),
    books: books.all(),
  });

  return {
    ...memory,
    ...useCases,
    cardTerminal,
    clock,
    mailer,
    doctorId,
    typeId,
    doctor,
    type,
    snapshot,
    /** The dependencies of the use cases. */
    dependencies: base,
    /** A unit of work with some ports replaced, to simulate a change by a concurrent transaction. */
    withConcurrentChange: (
      change: (ports: ClinicPorts) => Partial<ClinicPorts>,
    ): UnitOfWork<ClinicPorts> => ({
      run: (work) => clinicUnitOfWork.run((ports) => work({ ...ports, ...change(ports) })),
      runInNewTransaction: (work) =>
        clinicUnitOfWork.runInNewTransaction((ports) => work({ ...ports, ...change(ports) })),
    }),
    booked: () => books.all(),
    keys: () => keys.all(),
    /** MEMBER books half an hour on Monday at 9 unless `changes` say otherwise. */
    book: (changes: Partial<Parameters<typeof useCases.bookAppointment>[0]> = {}) =>
      useCases.bookAppointment({
        caller: MEMBER,
        doctorId,
        appointmentTypeId: typeId,
        startsAt: monday('09:00'),
        reason: null,
        overrideHours: false,
        ...changes,
      }),
    /** Creates a patient file without an account. */
    patient: async (details: Partial<Parameters<typeof useCases.addPatient>[0]['details']> = {}) =>
      useCases.addPatient({
        caller: STAFF,
        details: {
          name: 'Paula Patient',
          email: null,
          phone: null,
          birthDate: null,
          userId: null,
          ...details,
        },
      }),
    advance: (appointmentId: string, to: Step, caller = STAFF) =>
      useCases.advanceAppointment({ caller, appointmentId, to, expectedVersion: undefined }),
    cancel: (appointmentId: string, caller = MEMBER) =>
      useCases.cancelAppointment({ caller, appointmentId, reason: null, expectedVersion: undefined }),
    /** Moves the clock to `instant`. */
    goTo(instant: Date): void {
      clock.advance(instant.getTime() - clock.now().getTime());
    },
    refuses: (work: () => Promise<unknown>, code: string) => expectRefusal(store, work, code),
    /** The stored appointment with its buffers. */
    stored: (appointmentId: string) => rows.appointments.get(appointmentId)!,
    /** The enqueued mails about the appointment, with the start time of delayed ones. */
    mails: (appointmentId: string): [MailKind, Date?][] =>
      memory
        .jobs()
        .filter(({ payload }) => payload['appointmentId'] === appointmentId)
        .map(({ payload, runAt }): [MailKind, Date?] => {
          const kind = payload['mail'] as MailKind;
          return runAt === undefined ? [kind] : [kind, runAt];
        }),
    /** The logged accesses to the patient's data. */
    accesses: (patientId: string): [string, string, string][] =>
      rows.access
        .all()
        .filter((entry) => entry.patientId === patientId)
        .map(({ by, action, resource }) => [by, action, resource]),
    /** The history of the appointment. */
    historyOf: (appointmentId: string) =>
      rows.history
        .all()
        .filter((line) => line.appointmentId === appointmentId)
        .map(({ from, to, by }) => [from, to, by]),
  };
}
export type Clinic = Awaited<ReturnType<typeof openClinic>>;
