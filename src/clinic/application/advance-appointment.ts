import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { advance } from '../domain/appointment.js';
import { lockVisible, recordChange, viewWithAudit, findVisible } from './appointment-support.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import { enqueueAppointmentMails } from './mails.js';
import type { AppointmentView, Caller, ClinicPorts } from './ports.js';
import { assertNoPaymentInDoubt, refundInFull } from './refund-in-full.js';

/** The status that staff set. */
export type Step = 'booked' | 'declined' | 'arrived' | 'fulfilled' | 'noShow';

/**
 * Confirms or declines an appointment, or marks it as arrived, fulfilled or no-show. A no-show that arrives becomes live again;
 * what was paid for a declined appointment is refunded. not_found, stale `version-mismatch`; conflict `invalid-transition`,
 * `payment-in-doubt`, and for a no-show that arrives `slot-taken`, `patient-busy`.
 */
export type AdvanceAppointment = (
  command: Readonly<{
    caller: Caller;
    appointmentId: string;
    to: Step;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<AppointmentView>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

const ACTIONS: Readonly<Record<Step, string>> = {
  booked: 'confirm-appointment',
  declined: 'decline-appointment',
  arrived: 'receive-patient',
  fulfilled: 'finish-appointment',
  noShow: 'note-no-show',
};

export const makeAdvanceAppointment =
  ({ clinicUnitOfWork, practice, clock, ids }: Dependencies): AdvanceAppointment =>
  ({ caller, appointmentId, to, expectedVersion }) =>
    clinicUnitOfWork.run(async (ports) => {
      const { appointments, doctors, patients, clinicQueries, outbox } = ports;
      if (to === 'arrived') {
        // A no-show becomes live again, which needs the locks of a booking. Nobody can move a no-show meanwhile.
        const seen = await findVisible(clinicQueries, caller, appointmentId);
        await doctors.lock([seen.doctor.id]);
        await patients.lock(seen.patient.id);
      }
      const appointment = await lockVisible(ports, caller, appointmentId);
      assertVersion(appointment, expectedVersion);
      const now = clock.now();
      const advanced = advance(appointment, to, now);
      if (to === 'declined') await assertNoPaymentInDoubt(ports, appointment);
      const saved = await appointments.save(advanced);
      await recordChange(appointments, saved, { from: appointment.status, by: caller.userId }, { clock });
      if (to === 'booked' || to === 'declined') await enqueueAppointmentMails(outbox, saved, to, now);
      if (to === 'declined')
        await refundInFull(ports, saved, { reason: 'appointment declined', by: caller.userId }, practice);
      return viewWithAudit(ports, { caller, action: ACTIONS[to], appointmentId }, { clock, ids });
    });
