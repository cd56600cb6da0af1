import type { Sequelize } from 'sequelize';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { AddDoctor } from '../../src/clinic/application/add-doctor.js';
import type { AdvanceAppointment } from '../../src/clinic/application/advance-appointment.js';
import type { AnonymisePatient } from '../../src/clinic/application/anonymise-patient.js';
import type { ForgetMember } from '../../src/clinic/application/forget-member.js';
import type { AddAppointmentType } from '../../src/clinic/application/add-appointment-type.js';
import type { BookAppointment } from '../../src/clinic/application/book-appointment.js';
import type { CancelAppointment } from '../../src/clinic/application/cancel-appointment.js';
import type { AddPatient } from '../../src/clinic/application/add-patient.js';
import type { WriteOwnFile } from '../../src/clinic/application/write-own-file.js';
import type { PayOutRefund } from '../../src/billing/application/pay-out-refund.js';
import type { PaymentQueries } from '../../src/billing/application/ports.js';
import type { PayAppointment } from '../../src/clinic/application/pay-appointment.js';
import type { RefundAppointment } from '../../src/clinic/application/refund-appointment.js';
import type { Caller, ClinicPorts, ClinicQueries, TypeDetails } from '../../src/clinic/application/ports.js';
import type { ReconcilePayments } from '../../src/billing/application/reconcile-payments.js';
import type { RescheduleAppointment } from '../../src/clinic/application/reschedule-appointment.js';
import type { SetWorkingHours } from '../../src/clinic/application/set-working-hours.js';
import type { IdentityPorts } from '../../src/identity/application/ports.js';
import { aUser } from './builders/identity.js';

/** What tests take from the real container. */
export type ClinicCradle = Readonly<{
  sequelize: Sequelize;
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clinicQueries: ClinicQueries;
  addDoctor: AddDoctor;
  setWorkingHours: SetWorkingHours;
  addAppointmentType: AddAppointmentType;
  addPatient: AddPatient;
  writeOwnFile: WriteOwnFile;
  bookAppointment: BookAppointment;
  rescheduleAppointment: RescheduleAppointment;
  cancelAppointment: CancelAppointment;
  advanceAppointment: AdvanceAppointment;
  payAppointment: PayAppointment;
  refundAppointment: RefundAppointment;
  payOutRefund: PayOutRefund;
  paymentQueries: PaymentQueries;
  anonymisePatient: AnonymisePatient;
  forgetPatientOfMember: ForgetMember;
  reconcileBilledPayments: ReconcilePayments;
}>;

export const TYPE_DETAILS: TypeDetails = {
  name: 'Consultation',
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  minNoticeMinutes: 0,
  cancelNoticeMinutes: 0,
  maxReschedules: 100,
  price: null,
  needsApproval: false,
};

export const ROUND_THE_CLOCK = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
  weekday,
  fromMinute: 0,
  untilMinute: 1440,
}));

/** A far Monday. */
export const MONDAY_MS = Date.parse('2091-01-01T00:00:00Z');
/** `minutes` after the beginning of that Monday. */
export const onMonday = (minutes: number): Date => new Date(MONDAY_MS + minutes * 60_000);

/** A user who may sign in, inserted directly into the table. */
export async function givenUser(
  { identityUnitOfWork }: Pick<ClinicCradle, 'identityUnitOfWork'>,
  role: 'member' | 'staff' | 'admin' = 'member',
): Promise<Caller & Readonly<{ email: string }>> {
  const user = aUser({ role });
  await identityUnitOfWork.run(({ users }) => users.insert(user));
  return { userId: user.id, isStaff: role !== 'member', email: user.email };
}

/** A doctor who works round the clock in UTC. */
export async function givenDoctor({ addDoctor, setWorkingHours }: ClinicCradle): Promise<string> {
  const { id } = await addDoctor({
    name: 'Dr. Ida Falk',
    email: 'falk@praxis.test',
    specialty: null,
    timeZone: 'UTC',
    userId: null,
  });
  await setWorkingHours({ doctorId: id, week: ROUND_THE_CLOCK, expectedVersion: null });
  return id;
}

export const givenType = async (
  { addAppointmentType }: ClinicCradle,
  details: Partial<TypeDetails> = {},
): Promise<string> => (await addAppointmentType({ ...TYPE_DETAILS, ...details })).id;

export const givenPatient = async ({ addPatient }: ClinicCradle, staff: Caller): Promise<string> =>
  (
    await addPatient({
      caller: staff,
      details: { name: 'Paula Patient', email: null, phone: null, birthDate: null, userId: null },
    })
  ).id;

/** Live appointments that overlap another of the same doctor or patient, computed without the constraints. */
export const OVERLAPS = `
  SELECT count(*)::int AS count FROM appointments a JOIN appointments b
    ON a.id < b.id AND a.deleted_at IS NULL AND b.deleted_at IS NULL
   AND a.status IN ('requested', 'booked', 'arrived', 'fulfilled') AND b.status IN ('requested', 'booked', 'arrived', 'fulfilled')
   AND (a.doctor_id = b.doctor_id AND a.busy_from < b.busy_until AND b.busy_from < a.busy_until
     OR a.patient_id = b.patient_id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at)`;
