import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { Step } from '../../src/clinic/application/advance-appointment.js';
import { SETTLE_REFUND } from '../../src/billing/application/jobs.js';
import type { MailKind } from '../../src/clinic/application/mails.js';
import type { Caller, ClinicPorts, DoctorDetails, TypeDetails } from '../../src/clinic/application/ports.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { FakeMailer } from '../support/fakes/mailer.js';
import { ScriptedGateway } from '../support/fakes/scripted-gateway.js';
import { makeAsync } from '../support/in-memory/adapters.js';
import { cradleWith, containerOver, over, type Replacements } from '../support/in-memory-container.js';
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

const WEEKDAYS_NINE_TO_TWELVE = [1, 2, 3, 4, 5].map((weekday) => ({
  weekday,
  fromMinute: 9 * 60,
  untilMinute: 12 * 60,
}));

/**
 * A clinic in memory, with a fake clock, payment gateway and mailer. `doctorId` works in UTC, Monday to Friday from 9 to 12.
 * `typeId` takes half an hour, needs an hour's notice, and may be cancelled or moved twice until a day before. MEMBER and
 * OTHER are members without a patient file.
 */
export async function openClinic() {
  const store = new InMemoryStore();
  const keys = store.table<Readonly<{ id: string; reference: string; settled: boolean }>>('keys');
  const books = store.table<Readonly<{ id: string; amount: number; payerId: string | null }>>('books');
  const clock = new FakeClock();
  const ids = new FakeIds();
  const memory = makeInMemoryClinic(store, {
    clock,
    ids,
    paymentBookkeeper: {
      recordPayment: makeAsync(({ id, amount }, { payerId }) => {
        books.put({ id, amount, payerId });
      }),
      recordRefund: makeAsync(({ id, amount }, { payerId }) => {
        books.put({ id, amount: -amount, payerId });
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
  const gateway = new ScriptedGateway();
  /** The cards that were looked up. */
  const chosen: Readonly<{ userId: string; cardId: string | null }>[] = [];
  const mailer = new FakeMailer();
  let tokens = 0;
  const { clinicQueries, clinicMembers } = memory;
  const container = containerOver({
    clinicUnitOfWork,
    clinicQueries,
    clinicMembers,
    billingUnitOfWork: memory.billingUnitOfWork,
    paymentQueries: memory.paymentQueries,
    paymentGateway: gateway,
    savedCards: {
      find: (userId: string, cardId: string | null) => {
        chosen.push({ userId, cardId });
        return Promise.resolve({ token: 'tok_visa_4242', last4: '4242' });
      },
    },
    clock,
    mailer,
    ids,
    practice: { currency: 'EUR', timeZone: 'Europe/Berlin' },
    feedTokens: { make: () => `secret-${(tokens += 1)}`, hash: (token: string) => `hash of ${token}` },
  });
  const useCases = container.cradle;
  await memory.addUser({ id: MEMBER.userId, name: 'Mara Member', email: 'mara@praxis.test', isStaff: false });
  await memory.addUser({ id: OTHER.userId, name: 'Otto Other', email: 'otto@praxis.test', isStaff: false });
  await memory.addUser({
    id: STAFF.userId,
    name: 'Stella Staff',
    email: 'stella@praxis.test',
    isStaff: true,
  });

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
    payments: memory.bills.payments.all(),
    refunds: memory.bills.refunds.all(),
    jobs: memory.jobs(),
    keys: keys.all(),
    books: books.all(),
  });

  return over(container.cradle, {
    ...memory,
    gateway,
    chosen,
    clock,
    mailer,
    doctorId,
    typeId,
    doctor,
    type,
    snapshot,
    /** The use cases with some of their dependencies replaced. */
    using: (replacements: Replacements) => cradleWith(container, replacements),
    /** A unit of work with some ports replaced, to simulate a change by a concurrent transaction. */
    withConcurrentChange: (
      change: (ports: ClinicPorts) => Partial<ClinicPorts>,
    ): UnitOfWork<ClinicPorts> => ({
      run: (work) => clinicUnitOfWork.run((ports) => work({ ...ports, ...change(ports) })),
      runInNewTransaction: (work) =>
        clinicUnitOfWork.runInNewTransaction((ports) => work({ ...ports, ...change(ports) })),
    }),
    payments: () => memory.bills.payments.all(),
    refunds: () => memory.bills.refunds.all(),
    /** Runs the enqueued jobs that send refunds to cards. */
    async runRefundJobs(): Promise<void> {
      for (const { kind, payload } of memory.jobs())
        if (kind === SETTLE_REFUND)
          await useCases.settleRefundAtGateway({ refundId: String(payload['refundId']) });
    },
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
  });
}
export type Clinic = Awaited<ReturnType<typeof openClinic>>;
