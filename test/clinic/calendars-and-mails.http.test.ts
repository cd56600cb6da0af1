import { expect } from 'chai';
import ICAL from 'ical.js';
import { DAY, plus } from '../../src/kernel/clock.js';
import type { JobRunner } from '../../src/platform/jobs/job-runner.js';
import { openClinic, type TestClinic } from '../support/clinic.js';
import { query } from '../support/query.js';
import { makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';

type Event = Readonly<{
  uid: string;
  sequence: number;
  start: string;
  end: string;
  status: string;
  summary: string;
}>;

describe('calendars and mails of the clinic', () => {
  let praxis: TestPraxis;
  let clinic: TestClinic;
  before(async () => {
    praxis = await startTestPraxis({ TIME_ZONE: 'Europe/Berlin' });
    clinic = await openClinic(praxis);
  });
  after(() => praxis.stop());

  const post = (who: TestUser, path: string, body?: unknown) =>
    praxis.call('POST', path, { token: who.accessToken, ...(body !== undefined && { body }) });

  describe('a calendar feed', () => {
    const open = async (who: TestUser): Promise<{ id: string; path: string }> => {
      const { status, body, headers } = await post(who, '/v1/calendar-feeds');
      expect([status, headers.get('cache-control')]).to.deep.equal([201, 'no-store']);
      return { id: body.id, path: new URL(body.url).pathname };
    };
    /** Parsed by an independent library. */
    const read = async (path: string): Promise<Event[]> => {
      const { status, text, headers } = await praxis.call('GET', path);
      expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/calendar; charset=utf-8']);
      expect(text.replaceAll('\r\n', '')).not.to.match(/[\r\n]/);
      for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).to.be.at.most(75);
      const calendar = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
      expect(calendar.getFirstPropertyValue('version')).to.equal('2.0');
      return calendar.getAllSubcomponents('vevent').map((component) => {
        const event = new ICAL.Event(component);
        return {
          uid: event.uid,
          sequence: event.sequence,
          start: event.startDate.toJSDate().toISOString(),
          end: event.endDate.toJSDate().toISOString(),
          status: String(component.getFirstPropertyValue('status')),
          summary: event.summary,
        };
      });
    };

    it('keeps the UID of an appointment through all changes, and increments its SEQUENCE', async () => {
      const member = await makeUser(praxis);
      const { path } = await open(member);
      expect(await read(path)).to.deep.equal([]);
      const doctorId = await clinic.addDoctor();
      const { body } = await clinic.book(member, { doctorId });
      const [booked] = await read(path);
      expect(booked).to.deep.include({
        start: clinic.slot(0),
        end: clinic.slot(1),
        status: 'CONFIRMED',
        summary: 'Appointment',
        sequence: 0,
      });
      await praxis.call('PATCH', `/v1/appointments/${body.id}`, {
        token: member.accessToken,
        body: { reason: 'My knee' },
        headers: { 'if-match': '*' },
      });
      expect((await read(path))[0]!.sequence).to.equal(0);
      await post(member, `/v1/appointments/${body.id}/reschedule`, { startsAt: clinic.slot(7) });
      expect(await read(path)).to.deep.equal([
        { ...booked, start: clinic.slot(7), end: clinic.slot(8), sequence: 1 },
      ]);
      await post(member, `/v1/appointments/${body.id}/cancel`);
      expect((await read(path))[0]).to.deep.include({ uid: booked!.uid, sequence: 2, status: 'CANCELLED' });
    });

    it('contains the own appointments of a member or doctor, and all for other staff', async () => {
      const [mine, theirs] = [await makeUser(praxis), await makeUser(praxis)];
      const account = await makeUser(praxis, 'staff');
      const doctorId = await clinic.addDoctor({ userId: account.id });
      const other = await clinic.addDoctor();
      await clinic.book(mine, { doctorId });
      await clinic.book(theirs, { doctorId: other });
      const starts = async (who: TestUser) => (await read((await open(who)).path)).length;
      expect(await starts(mine)).to.equal(1);
      expect(await starts(account)).to.equal(1);
      const { rows } = await query(
        praxis.ownerUrl,
        'SELECT count(*)::int FROM appointments WHERE deleted_at IS NULL',
      );
      expect(await starts(clinic.staff)).to.equal(rows[0].count);
    });

    it('is 404 once it was deleted or its owner was disabled', async () => {
      const member = await makeUser(praxis);
      const [first, second] = [await open(member), await open(member)];
      const { status } = await praxis.call('DELETE', `/v1/calendar-feeds/${first.id}`, {
        token: member.accessToken,
      });
      expect(status).to.equal(204);
      expect((await praxis.call('GET', first.path)).status).to.equal(404);
      expect((await praxis.call('GET', second.path)).status).to.equal(200);
      await praxis.call('POST', `/v1/users/${member.id}/disable`, { token: clinic.admin.accessToken });
      expect((await praxis.call('GET', second.path)).status).to.equal(404);
      expect((await praxis.call('GET', '/v1/calendars/short.ics')).status).to.equal(404);
    });

    it('is stored as a hash', async () => {
      const member = await makeUser(praxis);
      const { path } = await open(member);
      const token = path.split('/').at(-1)!.replace('.ics', '');
      const { rows } = await query(praxis.ownerUrl, 'SELECT f::text AS row FROM calendar_feeds f');
      expect(rows.length).to.be.greaterThan(0);
      for (const { row } of rows) expect(row).not.to.include(token);
    });
  });

  describe('mail', () => {
    const runner = () => (praxis.container.cradle as { jobRunner: JobRunner }).jobRunner;
    const subjects = async (address: string, count: number): Promise<string[]> =>
      (await praxis.mailsTo(address, count)).map((mail) => /^Subject: (.*)$/m.exec(mail)![1]!.trim());
    const inBerlin = (iso: string): string => {
      const parts = new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Europe/Berlin',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      });
      return parts.format(new Date(iso));
    };

    it('reports each change of an appointment once, in the time zone of the practice', async () => {
      const member = await makeUser(praxis);
      const doctorId = await clinic.addDoctor({ timeZone: 'America/New_York' });
      const { body } = await clinic.book(member, { doctorId });
      const [booked] = await praxis.mailsTo(member.email);
      expect(booked).to.include(`at ${inBerlin(clinic.slot(0))} (Europe/Berlin)`);
      await post(member, `/v1/appointments/${body.id}/reschedule`, { startsAt: clinic.slot(1) });
      await praxis.mailsTo(member.email, 2);
      await post(clinic.staff, `/v1/appointments/${body.id}/cancel`);
      expect(await subjects(member.email, 3)).to.have.members([
        'Your appointment is booked',
        'Your appointment was moved',
        'Your appointment is cancelled',
      ]);
    });

    it('reports a request, and its confirmation or refusal', async () => {
      const appointmentTypeId = await clinic.addType({ needsApproval: true });
      for (const [step, subject] of [
        ['confirm', 'Your appointment is booked'],
        ['decline', 'Your request for an appointment'],
      ] as const) {
        const member = await makeUser(praxis);
        const { body } = await clinic.book(member, { doctorId: await clinic.addDoctor(), appointmentTypeId });
        expect(await subjects(member.email, 1)).to.deep.equal(['Your request for an appointment']);
        await post(clinic.staff, `/v1/appointments/${body.id}/${step}`);
        expect((await subjects(member.email, 2)).sort()).to.deep.equal(
          [subject, 'Your request for an appointment'].sort(),
        );
      }
    });

    it('reminds once, a day before the present time of the appointment, and not of a cancelled one', async () => {
      const member = await makeUser(praxis);
      const gone = await makeUser(praxis);
      const doctorId = await clinic.addDoctor();
      const { body } = await clinic.book(member, { doctorId });
      await post(member, `/v1/appointments/${body.id}/reschedule`, { startsAt: clinic.slot(6) });
      await post(member, `/v1/appointments/${body.id}/reschedule`, { startsAt: clinic.slot(0) });
      const { body: off } = await clinic.book(gone, { doctorId, startsAt: clinic.slot(10) });
      await post(gone, `/v1/appointments/${off.id}/cancel`);
      await praxis.mailsTo(gone.email, 1);
      await runner().drain(new Date());
      const remindAt = plus(new Date(clinic.slot(0)), -DAY);
      await runner().drain(plus(remindAt, -1_000));
      const reminders = async (address: string) =>
        (await praxis.allMails()).filter(
          (mail) => mail.includes(`To: ${address}`) && mail.includes('is coming up.'),
        );
      expect(await reminders(member.email)).to.have.length(0);
      await runner().drain(plus(new Date(clinic.slot(20)), DAY));
      await runner().drain(plus(new Date(clinic.slot(20)), DAY));
      const [reminder, ...more] = await reminders(member.email);
      expect(more).to.deep.equal([]);
      expect(reminder).to.include(`at ${inBerlin(clinic.slot(0))}`);
      expect(await reminders(gone.email)).to.deep.equal([]);
    });
  });
});
