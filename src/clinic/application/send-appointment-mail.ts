import type { Clock } from '../../kernel/clock.js';
import type { Mailer } from '../../kernel/mail.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import { appointmentMail, describeTime, reminderSubject, type MailKind } from './mails.js';
import type { ClinicQueries } from './ports.js';

/**
 * The job that sends a mail about one revision of an appointment. It sends nothing if there is a newer revision, which has
 * a mail of its own. A retry sends the same mail with the same id.
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
    const start = timeZones.wallClockOf(subject.startsAt, timeZone);
    await mailer.send({
      id: jobId,
      to: subject.email,
      ...appointmentMail(kind, describeTime(start, timeZone)),
      ...(kind === 'reminder' && {
        subject: reminderSubject(start.day, timeZones.dayOf(clock.now(), timeZone)),
      }),
    });
  };
