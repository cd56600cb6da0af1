import type { Clock } from '../../kernel/clock.js';
import type { Mailer } from '../../kernel/mail.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import { appointmentMail, describeTime, type MailKind } from './mails.js';
import type { ClinicQueries } from './ports.js';

/**
 * The job behind a mail. It tells of one revision of the appointment: when that is no longer the present one, a newer
 * mail tells what is, and this one stays unsent. Run again it sends the same mail under the same id.
 */
export type SendAppointmentMail = (
  job: Readonly<{ jobId: string; appointmentId: string; revision: number; kind: MailKind }>,
) => Promise<void>;

type Dependencies = Readonly<{
  clinicQueries: ClinicQueries;
  mailer: Mailer;
  timeZones: TimeZones;
  practice: Practice;
  clock: Clock;
}>;

export const makeSendAppointmentMail =
  ({ clinicQueries, mailer, timeZones, practice, clock }: Dependencies): SendAppointmentMail =>
  async ({ jobId, appointmentId, revision, kind }) => {
    const subject = await clinicQueries.mailSubject(appointmentId);
    if (subject?.revision !== revision || subject.email === null) return;
    if (kind === 'reminder' && subject.startsAt <= clock.now()) return;
    const { timeZone } = practice;
    const when = describeTime(timeZones.wallClockOf(subject.startsAt, timeZone), timeZone);
    await mailer.send({ id: jobId, to: subject.email, ...appointmentMail(kind, when) });
  };
