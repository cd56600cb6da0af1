import { expect } from 'chai';
import { MINUTE, plus } from '../../src/kernel/clock.js';
import { calendarText } from '../../src/clinic/application/calendar-text.js';
import { appointmentMail, describeTime, isMailKind, MAIL_KINDS } from '../../src/clinic/application/mails.js';
import type {
  AppointmentStatus,
  AppointmentView,
  CalendarEntry,
} from '../../src/clinic/application/ports.js';
import { type Clinic, MEMBER, monday, openClinic, STAFF } from './world.js';

describe('a mail about an appointment', () => {
  let clinic: Clinic;
  let booked: AppointmentView;
  beforeEach(async () => {
    clinic = await openClinic();
    booked = await clinic.book({ reason: 'a cough' });
  });
  type Job = Parameters<Clinic['sendAppointmentMail']>[0];
  const send = (changes: Partial<Job> = {}) =>
    clinic.sendAppointmentMail({
      jobId: 'job',
      appointmentId: booked.id,
      revision: 1,
      kind: 'booked',
      ...changes,
    });

  it('contains the time in the zone of the practice, and neither doctor, type nor reason', async () => {
    await send();
    expect(clinic.mailer.sent).to.deep.equal([
      {
        id: 'job',
        to: 'mara@praxis.test',
        subject: 'Your appointment is booked',
        text: [
          'Hello,',
          '',
          'your appointment on Monday, 23 November 2026 at 10:00 (Europe/Berlin)',
          'is booked.',
          '',
          'To change or cancel it, sign in or call the practice.',
          '',
        ].join('\n'),
      },
    ]);
  });

  it('is not sent for an outdated revision or a deleted appointment', async () => {
    await clinic.cancel(booked.id);
    await send();
    expect(clinic.mailer.sent).to.deep.equal([]);
    await send({ revision: 2, kind: 'cancelled' });
    expect(clinic.mailer.sent.map(({ subject }) => subject)).to.deep.equal(['Your appointment is cancelled']);
    await clinic.removeAppointment({ caller: STAFF, appointmentId: booked.id, expectedVersion: null });
    await send({ revision: 3 });
    expect(clinic.mailer.sent).to.have.length(1);
  });

  it('is sent although the texts of the appointment were changed since', async () => {
    await clinic.annotateAppointment({
      caller: MEMBER,
      appointmentId: booked.id,
      reason: null,
      expectedVersion: null,
    });
    await send();
    expect(clinic.mailer.sent).to.have.length(1);
  });

  it('is not sent to a patient without an e-mail address', async () => {
    const { id: patientId } = await clinic.patient();
    const { id } = await clinic.book({ caller: STAFF, patientId, startsAt: monday('10:00') });
    await send({ appointmentId: id });
    expect(clinic.mailer.sent).to.deep.equal([]);
  });

  it('is not sent as a reminder once the appointment has started; other kinds still are', async () => {
    clinic.goTo(plus(monday('09:00'), -1));
    await send({ kind: 'reminder' });
    expect(clinic.mailer.sent.map(({ subject }) => subject)).to.deep.equal(['Your appointment today']);
    clinic.goTo(monday('09:00'));
    await send({ kind: 'reminder' });
    expect(clinic.mailer.sent).to.have.length(1);
    await send();
    expect(clinic.mailer.sent).to.have.length(2);
  });

  it('has its own subject and text for each kind', () => {
    const texts = MAIL_KINDS.map((kind) => appointmentMail(kind, 'then').text);
    expect(new Set(texts)).to.have.property('size', MAIL_KINDS.length);
    for (const kind of MAIL_KINDS) {
      expect(appointmentMail(kind, 'then').subject).to.match(/^Your /);
      expect(isMailKind(kind)).to.equal(true);
    }
    expect(isMailKind('birthday')).to.equal(false);
  });

  it('writes the weekday and the month in words', () => {
    const weekday = (day: string) => describeTime({ day, minute: 0 }, 'UTC');
    expect(weekday('2026-01-01')).to.equal('Thursday, 1 January 2026 at 00:00 (UTC)');
    expect(weekday('2026-12-27')).to.equal('Sunday, 27 December 2026 at 00:00 (UTC)');
    expect(weekday('2026-12-28')).to.equal('Monday, 28 December 2026 at 00:00 (UTC)');
  });
});

describe('a calendar', () => {
  const entry = (status: AppointmentStatus, changes: Partial<CalendarEntry> = {}): CalendarEntry => ({
    id: 'a1',
    startsAt: monday('09:00'),
    endsAt: plus(monday('09:00'), 30 * MINUTE),
    status,
    revision: 3,
    createdAt: monday('07:00'),
    updatedAt: new Date('2026-11-23T07:30:59.999Z'),
    ...changes,
  });

  it('contains times but no details, in lines with the CRLF of RFC 5545', () => {
    expect(calendarText([entry('booked')]).split('\r\n')).to.deep.equal([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Praxis//Appointments//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:PUBLISH',
      'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
      'BEGIN:VEVENT',
      'UID:a1@appointments.praxis',
      'DTSTAMP:20261123T073059Z',
      'CREATED:20261123T070000Z',
      'LAST-MODIFIED:20261123T073059Z',
      'SEQUENCE:2',
      'DTSTART:20261123T090000Z',
      'DTEND:20261123T093000Z',
      'SUMMARY:Appointment',
      'STATUS:CONFIRMED',
      'TRANSP:OPAQUE',
      'CLASS:PRIVATE',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('blocks the time of requested, booked, arrived and fulfilled appointments only', () => {
    const shown = (status: AppointmentStatus): string[] =>
      [...calendarText([entry(status)]).matchAll(/^(?:STATUS|TRANSP):(.+)\r$/gm)].map(([, value]) => value!);
    expect(shown('requested')).to.deep.equal(['TENTATIVE', 'OPAQUE']);
    for (const status of ['booked', 'arrived', 'fulfilled'] as const)
      expect(shown(status)).to.deep.equal(['CONFIRMED', 'OPAQUE']);
    for (const status of ['declined', 'noShow', 'cancelled'] as const)
      expect(shown(status)).to.deep.equal(['CANCELLED', 'TRANSPARENT']);
  });

  it('folds lines at 75 octets without splitting a character', () => {
    const unfolded = (id: string): string[] =>
      calendarText([entry('booked', { id })])
        .split('\r\n')
        .filter((line, index, all) => line.startsWith('UID:') || all[index - 1]?.startsWith('UID:'));
    const rest = '@appointments.praxis'.length + 'UID:'.length;
    expect(unfolded('x'.repeat(75 - rest))[1]).to.match(/^DTSTAMP/);
    const [first, second] = unfolded('x'.repeat(76 - rest));
    expect(first).to.have.length(75);
    expect(second).to.equal(' s');
    const wide = unfolded('é'.repeat(60));
    expect(wide.map((line) => Buffer.byteLength(line))[0], '35 of two octets after four of one').to.equal(74);
    expect(wide[1]).to.match(/^ é/);
    const long = calendarText([entry('booked', { id: 'x'.repeat(200) })]).split('\r\n');
    expect(long.every((line) => line.length <= 75)).to.equal(true);
    expect(long.filter((line) => line.startsWith(' ')).map((line) => line.length)).to.deep.equal([75, 75, 2]);
  });
});
