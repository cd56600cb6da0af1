import { DAY, plus } from '../../kernel/clock.js';
import type { Mail } from '../../kernel/mail.js';
import type { NewJob, Outbox } from '../../kernel/outbox.js';
import { addDays, formatMinute, type WallClock, weekdayOf } from '../../kernel/time-zones.js';
import type { Appointment } from '../domain/appointment.js';
import { APPOINTMENT_MAIL } from './jobs.js';

export const MAIL_KINDS = ['requested', 'booked', 'declined', 'moved', 'cancelled', 'reminder'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];
export const isMailKind = (text: string): text is MailKind =>
  (MAIL_KINDS as readonly string[]).includes(text);

const REMIND_BEFORE_MS = DAY;

/** The job of a mail, one for each appointment, kind and revision. The job sends nothing once there is a newer revision. */
const mail = ({ id, revision }: Appointment, kind: MailKind, runAt?: Date): NewJob => ({
  kind: APPOINTMENT_MAIL,
  payload: { appointmentId: id, revision, mail: kind },
  dedupeKey: `${APPOINTMENT_MAIL}:${id}:${kind}:${revision}`,
  ...(runAt && { runAt }),
});

/** Enqueues the mail about a change of the appointment, and the reminder one day before a booked one. */
export function enqueueAppointmentMails(
  outbox: Outbox,
  appointment: Appointment,
  kind: Exclude<MailKind, 'reminder'>,
  now: Date,
): Promise<void> {
  const remindAt = plus(appointment.startsAt, -REMIND_BEFORE_MS);
  const reminds = appointment.status === 'booked' && remindAt > now;
  const reminder = reminds ? [mail(appointment, 'reminder', remindAt)] : [];
  return outbox.append(mail(appointment, kind), ...reminder);
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `Monday, 23 November 2026 at 09:00 (Europe/Berlin)` */
export function describeTime({ day, minute }: WallClock, timeZone: string): string {
  const [year = '', month = '', dayOfMonth = ''] = day.split('-');
  const date = `${Number(dayOfMonth)} ${MONTHS[Number(month) - 1] ?? ''} ${year}`;
  return `${WEEKDAYS[weekdayOf(day) - 1] ?? ''}, ${date} at ${formatMinute(minute)} (${timeZone})`;
}

const SENTENCES: Readonly<Record<MailKind, string>> = {
  requested: 'has been requested. We will write again once the practice has answered.',
  booked: 'is booked.',
  declined: 'could not be confirmed. Please choose another time, or call us.',
  moved: 'is what was moved: this is its new time.',
  cancelled: 'is cancelled.',
  reminder: 'is coming up.',
};

const SUBJECTS: Readonly<Record<MailKind, string>> = {
  requested: 'Your request for an appointment',
  booked: 'Your appointment is booked',
  declined: 'Your request for an appointment',
  moved: 'Your appointment was moved',
  cancelled: 'Your appointment is cancelled',
  reminder: 'Your appointment',
};

/** A job may run late, and a day of 25 hours ends on the day of a reminder. Both are days of the practice. */
export function reminderSubject(day: string, today: string): string {
  if (day === today) return `${SUBJECTS.reminder} today`;
  return day === addDays(today, 1) ? `${SUBJECTS.reminder} tomorrow` : SUBJECTS.reminder;
}

/** The mail contains the time only, no names and no reason, because other people may read the mailbox. */
export const appointmentMail = (kind: MailKind, when: string): Pick<Mail, 'subject' | 'text'> => ({
  subject: SUBJECTS[kind],
  text: [
    'Hello,',
    '',
    `your appointment on ${when}`,
    SENTENCES[kind],
    '',
    'To change or cancel it, sign in or call the practice.',
    '',
  ].join('\n'),
});
