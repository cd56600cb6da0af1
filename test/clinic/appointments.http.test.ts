import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { execute } from '../support/postgres.js';
import { query } from '../support/query.js';
import { openClinic, type TestClinic } from '../support/clinic.js';
import { type Answer, makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';

type HistoryLine = Readonly<{
  from: string | null;
  to: string;
  startsAt: string;
  by: Readonly<{ id: string }>;
  reason: string | null;
}>;

describe('appointments over HTTP', () => {
  let praxis: TestPraxis;
  let clinic: TestClinic;
  before(async () => {
    praxis = await startTestPraxis({ TIME_ZONE: 'Europe/Berlin' });
    clinic = await openClinic(praxis);
  });
  after(() => praxis.stop());

  const post = (who: TestUser, path: string, body?: unknown, headers = {}) =>
    praxis.call('POST', path, { token: who.accessToken, ...(body !== undefined && { body }), headers });
  const get = (who: TestUser, path: string) => praxis.call('GET', path, { token: who.accessToken });
  /** A new doctor, so that bookings of other tests do not matter. */
  const withDoctor = async (): Promise<{ doctorId: string }> => ({ doctorId: await clinic.addDoctor() });
  const moveBack = (appointmentId: string, interval: string): Promise<void> =>
    execute(
      praxis.ownerUrl,
      `UPDATE appointments SET starts_at = starts_at - interval '${interval}', ends_at = ends_at - interval '${interval}',
         busy_from = busy_from - interval '${interval}', busy_until = busy_until - interval '${interval}'
       WHERE id = '${appointmentId}'`,
    );

  describe('booking', () => {
    it('creates the patient file with name and address, and computes the end', async () => {
      const member = await makeUser(praxis);
      expect((await get(member, '/v1/patients/me')).status).to.equal(404);
      const booked = await clinic.book(member, { ...(await withDoctor()), reason: '  My knee  ' });
      expect(booked.status, booked.text).to.equal(201);
      expect(booked.headers.get('location')).to.equal(`/v1/appointments/${booked.body.id}`);
      expect(booked.body).to.include({
        status: 'booked',
        startsAt: clinic.slot(0),
        endsAt: clinic.slot(1),
        timeZone: 'UTC',
        reason: 'My knee',
        rescheduleCount: 0,
        price: null,
        paymentStatus: null,
        version: 1,
      });
      expect(booked.body).not.to.have.property('staffNote');
      expect((await get(member, `/v1/appointments/${booked.body.id}`)).body).to.deep.equal(booked.body);
      const { body: file } = await get(member, '/v1/patients/me');
      expect(file).to.include({ userId: member.id, name: 'Mia Member', email: member.email });
      expect(booked.body.patient).to.deep.equal({ id: file.id, name: 'Mia Member' });
    });

    it('offers three free alternatives for a taken slot', async () => {
      const own = await withDoctor();
      expect((await clinic.book(await makeUser(praxis), own)).status).to.equal(201);
      const { status, body } = await clinic.book(await makeUser(praxis), own);
      expect([status, body.code]).to.deep.equal([409, 'slot-taken']);
      expect(body.alternatives).to.deep.equal(
        [1, 2, 3].map((n) => ({ startsAt: clinic.slot(n), endsAt: clinic.slot(n + 1) })),
      );
    });

    it('refuses overlapping appointments of a patient', async () => {
      const member = await makeUser(praxis);
      expect((await clinic.book(member, await withDoctor())).status).to.equal(201);
      const { status, body } = await clinic.book(member, await withDoctor());
      expect([status, body.code]).to.deep.equal([409, 'patient-busy']);
      expect(
        (await clinic.book(member, { ...(await withDoctor()), startsAt: clinic.slot(1) })).status,
      ).to.equal(201);
    });

    it('refuses starts outside of availability, too soon or in the past', async () => {
      const member = await makeUser(praxis);
      const doctorId = await clinic.addDoctor({}, []);
      const closed = await clinic.book(member, { doctorId });
      expect([closed.status, closed.body.code]).to.deep.equal([422, 'outside-availability']);
      const own = await withDoctor();
      const crooked = await clinic.book(member, {
        ...own,
        startsAt: clinic.slot(0).replace(':00:00.000Z', ':07:00Z'),
      });
      expect(crooked.body.code).to.equal('outside-availability');
      const appointmentTypeId = await clinic.addType({ minNoticeMinutes: 10 * 24 * 60 });
      const soon = await clinic.book(member, { ...own, appointmentTypeId });
      expect([soon.status, soon.body.code]).to.deep.equal([422, 'notice-too-short']);
      expect(soon.body.earliest).to.match(/Z$/);
      const over = await clinic.book(member, { ...own, startsAt: '2020-01-01T00:00:00Z' });
      expect(over.body.code).to.equal('notice-too-short');
      const { staff } = clinic;
      const { body: patient } = await post(staff, '/v1/patients', { name: 'Paula Patient' });
      const forced = await clinic.book(staff, { doctorId, patientId: patient.id, overrideHours: true });
      expect(forced.status, forced.text).to.equal(201);
    });

    it('requires an offset, and has a code for times that the clocks skip', async () => {
      const member = await makeUser(praxis);
      const doctorId = await clinic.addDoctor({ timeZone: 'Europe/Berlin' });
      const gap = await clinic.book(member, { doctorId, startsAt: '2091-03-25T02:30:00' });
      expect([gap.status, gap.body.code]).to.deep.equal([422, 'nonexistent-local-time']);
      const bare = await clinic.book(member, { doctorId, startsAt: '2091-03-25T04:30:00' });
      expect([bare.status, bare.body.code, bare.body.errors[0].pointer]).to.deep.equal([
        422,
        'validation',
        '/startsAt',
      ]);
      const odd = await clinic.book(member, { doctorId, startsAt: 'tomorrow' });
      expect([odd.status, odd.body.errors[0].pointer]).to.deep.equal([422, '/startsAt']);
      // 01:30 UTC is 03:30 local time, right after the skipped hour.
      const after = await clinic.book(member, { doctorId, startsAt: '2091-03-25T01:30:00Z' });
      expect(after.status, after.text).to.equal(201);
      expect(after.body.timeZone).to.equal('Europe/Berlin');
    });

    it('refuses unknown doctors and types, and staff fields from members', async () => {
      const member = await makeUser(praxis);
      const pointerOf = async (details: object) => {
        const { status, body } = await clinic.book(member, details);
        return [status, body.code, body.errors?.[0].pointer];
      };
      expect(await pointerOf({ doctorId: randomUUID() })).to.deep.equal([422, 'validation', '/doctorId']);
      expect(await pointerOf({ appointmentTypeId: randomUUID() })).to.deep.equal([
        422,
        'validation',
        '/appointmentTypeId',
      ]);
      expect(await pointerOf({ patientId: randomUUID() })).to.deep.equal([422, 'validation', '/patientId']);
      expect(await pointerOf({ overrideHours: true })).to.deep.equal([422, 'validation', '/overrideHours']);
      const { doctorId } = await withDoctor();
      await praxis.call('PATCH', `/v1/doctors/${doctorId}`, {
        token: clinic.admin.accessToken,
        body: { isActive: false },
        headers: { 'if-match': '*' },
      });
      expect(await pointerOf({ doctorId })).to.deep.equal([422, 'validation', '/doctorId']);
      expect((await get(member, `/v1/doctors/${doctorId}`)).status).to.equal(404);
      expect((await get(clinic.staff, `/v1/doctors/${doctorId}`)).body.isActive).to.equal(false);
    });

    it('repeats the first response for the same Idempotency-Key', async () => {
      const member = await makeUser(praxis);
      const body = {
        doctorId: await clinic.addDoctor(),
        appointmentTypeId: clinic.typeId,
        startsAt: clinic.slot(3),
      };
      const headers = { 'idempotency-key': randomUUID() };
      const first = await post(member, '/v1/appointments', body, headers);
      const second = await post(member, '/v1/appointments', body, headers);
      expect([first.status, second.status, second.headers.get('idempotent-replayed')]).to.deep.equal([
        201,
        201,
        'true',
      ]);
      expect(second.text).to.equal(first.text);
    });
  });

  describe('every slot that is listed', () => {
    it('can be booked, and is not listed afterwards', async () => {
      const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '09:00', to: '11:00' }));
      const doctorId = await clinic.addDoctor({ timeZone: 'America/New_York' }, weekly);
      const appointmentTypeId = await clinic.addType({
        durationMinutes: 40,
        bufferBeforeMinutes: 5,
        bufferAfterMinutes: 5,
      });
      const from = new Date(Date.parse(clinic.slot(0)) + 86_400_000).toISOString();
      const to = new Date(Date.parse(from) + 2 * 86_400_000).toISOString();
      const query = `/v1/doctors/${doctorId}/slots?appointmentTypeId=${appointmentTypeId}&from=${from}&to=${to}`;
      const slots = async () => (await praxis.call('GET', query)).body.items as { startsAt: string }[];
      const offered = await slots();
      expect(offered.length).to.equal(6);
      for (let left = offered; left.length > 0; left = await slots()) {
        const { startsAt } = left[0]!;
        const booked = await clinic.book(await makeUser(praxis), { doctorId, appointmentTypeId, startsAt });
        expect(booked.status, booked.text).to.equal(201);
      }
      for (const { startsAt } of offered) {
        const again = await clinic.book(await makeUser(praxis), { doctorId, appointmentTypeId, startsAt });
        expect(again.body.code).to.equal('slot-taken');
      }
    });

    it('excludes overlaps with own appointments, for this member only', async () => {
      const [member, other] = [await makeUser(praxis), await makeUser(praxis)];
      const { doctorId } = await withDoctor();
      const [from, to] = [clinic.slot(0), clinic.slot(4)];
      const path = `/v1/doctors/${doctorId}/slots?appointmentTypeId=${clinic.typeId}&from=${from}&to=${to}`;
      const startsOf = ({ body }: Answer): unknown =>
        (body.items as { startsAt: string }[]).map(({ startsAt }) => startsAt);
      const all = [0, 1, 2, 3].map((n) => clinic.slot(n));
      const before = await get(member, path);
      expect(startsOf(before)).to.deep.equal(all);
      expect(before.headers.get('vary')).to.match(/(^|, )Authorization(,|$)/);
      expect(before.headers.get('cache-control')).to.equal('private, no-cache');

      const anonymous = await praxis.call('GET', path);
      const own = await clinic.book(member, { ...(await withDoctor()), startsAt: clinic.slot(1) });
      expect(own.status, own.text).to.equal(201);
      const etag = before.headers.get('etag')!;
      const after = await praxis.call('GET', path, {
        token: member.accessToken,
        headers: { 'if-none-match': etag },
      });
      expect(after.status, 'the earlier answer is not confirmed').to.equal(200);
      expect(startsOf(after)).to.deep.equal(all.filter((start) => start !== clinic.slot(1)));
      for (const who of [other, clinic.staff]) expect((await get(who, path)).text).to.equal(anonymous.text);
      expect((await praxis.call('GET', path)).text).to.equal(anonymous.text);
      const refused = await clinic.book(member, { doctorId, startsAt: clinic.slot(1) });
      expect([refused.status, refused.body.code]).to.deep.equal([409, 'patient-busy']);

      const forged = await praxis.call('GET', path, { token: `${member.accessToken}x` });
      expect(forged.status).to.equal(401);
    });

    it('is within 31 days', async () => {
      const path = (to: string) =>
        `/v1/doctors/${clinic.doctorId}/slots?appointmentTypeId=${clinic.typeId}&from=2030-01-01T00:00:00Z&to=${to}`;
      expect((await praxis.call('GET', path('2030-02-01T00:00:00Z'))).status).to.equal(200);
      const { status, body } = await praxis.call('GET', path('2030-02-01T00:00:01Z'));
      expect([status, body.code]).to.deep.equal([422, 'validation']);
      expect((await praxis.call('GET', path('2030-02-01T00:00:00'))).status).to.equal(400);
      const unknown = `/v1/doctors/${randomUUID()}/slots?appointmentTypeId=${clinic.typeId}&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z`;
      expect((await praxis.call('GET', unknown)).status).to.equal(404);
    });
  });

  describe('the state table', () => {
    /** An appointment of a new member in the given state. */
    async function given(status: string): Promise<{ path: string; member: TestUser; doctorId: string }> {
      const member = await makeUser(praxis);
      const doctorId = await clinic.addDoctor();
      const needsApproval = status === 'requested' || status === 'declined';
      const appointmentTypeId = needsApproval ? await clinic.addType({ needsApproval: true }) : clinic.typeId;
      const { body } = await clinic.book(member, { doctorId, appointmentTypeId });
      const path = `/v1/appointments/${body.id}`;
      if (status === 'noShow') await moveBack(body.id, '40 days');
      const steps: Record<string, string[]> = {
        requested: [],
        booked: [],
        declined: ['decline'],
        arrived: ['arrive'],
        fulfilled: ['arrive', 'fulfil'],
        noShow: ['no-show'],
        cancelled: ['cancel'],
      };
      for (const step of steps[status]!) {
        const answer = await post(clinic.staff, `${path}/${step}`);
        expect(answer.status, answer.text).to.equal(200);
      }
      return { path, member, doctorId };
    }
    const STEPS = {
      confirm: 'booked',
      decline: 'declined',
      arrive: 'arrived',
      fulfil: 'fulfilled',
      'no-show': 'noShow',
      cancel: 'cancelled',
    } as const;
    const ALLOWED: Record<string, (keyof typeof STEPS)[]> = {
      requested: ['confirm', 'decline', 'cancel'],
      booked: ['arrive', 'cancel'], // no-show only after the start, below
      declined: [],
      arrived: ['fulfil', 'cancel'],
      fulfilled: [],
      noShow: ['arrive'],
      cancelled: [],
    };
    for (const [from, allowed] of Object.entries(ALLOWED))
      for (const [step, to] of Object.entries(STEPS))
        it(`${from} → ${to} ${allowed.includes(step as keyof typeof STEPS) ? 'is allowed' : 'is refused'}`, async () => {
          const { path } = await given(from);
          const { status, body } = await post(clinic.staff, `${path}/${step}`);
          if (allowed.includes(step as keyof typeof STEPS)) {
            expect([status, body.status]).to.deep.equal([200, to]);
            return;
          }
          expect([status, body.code, body.from, body.to]).to.deep.equal([
            409,
            'invalid-transition',
            from,
            to,
          ]);
          expect(body.allowed).to.deep.equal(allowed.map((name) => STEPS[name]));
        });

    it('refuses a no-show before the start, and frees the time afterwards', async () => {
      const { path, doctorId } = await given('booked');
      expect((await post(clinic.staff, `${path}/no-show`)).body.code).to.equal('invalid-transition');
      const id = path.split('/').at(-1)!;
      await moveBack(id, '40 days');
      expect((await post(clinic.staff, `${path}/no-show`)).body.status).to.equal('noShow');
      // Another patient books the freed time, so the late patient cannot arrive any more.
      const { body: late } = await get(clinic.staff, path);
      const { body: patient } = await post(clinic.staff, '/v1/patients', { name: 'Paula Patient' });
      const refill = { doctorId, patientId: patient.id, startsAt: late.startsAt, overrideHours: true };
      const refilled = await clinic.book(clinic.staff, refill);
      expect(refilled.status, refilled.text).to.equal(201);
      const arrives = await post(clinic.staff, `${path}/arrive`);
      expect([arrives.status, arrives.body.code]).to.deep.equal([409, 'slot-taken']);
      expect((await get(clinic.staff, path)).body.status).to.equal('noShow');
      await post(clinic.staff, `/v1/appointments/${refilled.body.id}/cancel`);
      expect((await post(clinic.staff, `${path}/arrive`)).body.status).to.equal('arrived');
    });

    it('frees the time of cancelled and declined appointments at once', async () => {
      for (const [status, step] of [
        ['booked', 'cancel'],
        ['requested', 'decline'],
      ] as const) {
        const { path, doctorId } = await given(status);
        expect((await clinic.book(await makeUser(praxis), { doctorId })).status).to.equal(409);
        await post(clinic.staff, `${path}/${step}`);
        expect((await clinic.book(await makeUser(praxis), { doctorId })).status).to.equal(201);
      }
    });

    it('writes a history entry for every change', async () => {
      const { path, member } = await given('booked');
      await post(clinic.staff, `${path}/reschedule`, { startsAt: clinic.slot(5) });
      await praxis.call('PATCH', path, {
        token: clinic.staff.accessToken,
        body: { staffNote: 'called twice' },
        headers: { 'if-match': '*' },
      });
      await post(member, `${path}/cancel`, { reason: 'I am well again' });
      const { body } = await get(member, `${path}/history`);
      expect(
        body.items.map((line: HistoryLine) => [line.from, line.to, line.startsAt, line.by.id, line.reason]),
      ).to.deep.equal([
        [null, 'booked', clinic.slot(0), member.id, null],
        ['booked', 'booked', clinic.slot(5), clinic.staff.id, null],
        ['booked', 'booked', clinic.slot(5), clinic.staff.id, null],
        ['booked', 'cancelled', clinic.slot(5), member.id, 'I am well again'],
      ]);
    });
  });

  describe('moving', () => {
    it('keeps the id, and changes nothing when it fails', async () => {
      const member = await makeUser(praxis);
      const own = await withDoctor();
      const { body: booked } = await clinic.book(member, own);
      await clinic.book(await makeUser(praxis), { ...own, startsAt: clinic.slot(2) });
      const path = `/v1/appointments/${booked.id}`;
      const before = await get(member, path);
      const dump = async () => {
        const { rows } = await query(
          praxis.ownerUrl,
          `SELECT a::text AS row FROM appointments a WHERE id = '${booked.id}'`,
        );
        return rows;
      };
      const rowBefore = await dump();
      const failed = await post(member, `${path}/reschedule`, { startsAt: clinic.slot(2) });
      expect([failed.status, failed.body.code]).to.deep.equal([409, 'slot-taken']);
      expect(await dump()).to.deep.equal(rowBefore);
      const after = await get(member, path);
      expect([after.text, after.headers.get('etag')]).to.deep.equal([
        before.text,
        before.headers.get('etag'),
      ]);

      const moved = await post(member, `${path}/reschedule`, { startsAt: clinic.slot(1) });
      expect(moved.body).to.include({
        id: booked.id,
        startsAt: clinic.slot(1),
        rescheduleCount: 1,
        version: 2,
      });
      // The old time is free, and an appointment may overlap its own present time.
      expect((await clinic.book(await makeUser(praxis), own)).status).to.equal(201);
    });

    it('to another doctor takes that doctor’s time zone', async () => {
      const member = await makeUser(praxis);
      const { body } = await clinic.book(member, await withDoctor());
      const doctorId = await clinic.addDoctor({ timeZone: 'Asia/Kathmandu' });
      const startsAt = clinic.slot(0).replace(':00:00.000Z', ':15:00.000Z');
      const moved = await post(member, `/v1/appointments/${body.id}/reschedule`, { startsAt, doctorId });
      expect(moved.status, moved.text).to.equal(200);
      expect([moved.body.doctor.id, moved.body.timeZone, moved.body.startsAt]).to.deep.equal([
        doctorId,
        'Asia/Kathmandu',
        startsAt,
      ]);
    });

    it('is limited by the type in number and deadline, for members', async () => {
      const member = await makeUser(praxis);
      const { body } = await clinic.book(member, await withDoctor());
      const path = `/v1/appointments/${body.id}`;
      for (const n of [1, 2])
        expect((await post(member, `${path}/reschedule`, { startsAt: clinic.slot(n) })).status).to.equal(200);
      const limit = await post(member, `${path}/reschedule`, { startsAt: clinic.slot(3) });
      expect([limit.status, limit.body.code, limit.body.maxReschedules]).to.deep.equal([
        409,
        'reschedule-limit',
        2,
      ]);
      expect((await post(clinic.staff, `${path}/reschedule`, { startsAt: clinic.slot(3) })).status).to.equal(
        200,
      );

      await moveBack(body.id, '2 days 12 hours');
      for (const request of [
        { step: 'reschedule', sent: { startsAt: clinic.slot(4) } },
        { step: 'cancel', sent: {} },
      ]) {
        const late = await post(member, `${path}/${request.step}`, request.sent);
        expect([late.status, late.body.code]).to.deep.equal([409, 'change-window-closed']);
        const { body: now } = await get(member, path);
        expect(Date.parse(now.startsAt) - Date.parse(late.body.deadline)).to.equal(24 * 3_600_000);
      }
      expect((await post(clinic.staff, `${path}/cancel`)).body.cancelledBy).to.equal('practice');
    });

    it('honours If-Match', async () => {
      const member = await makeUser(praxis);
      const { body } = await clinic.book(member, await withDoctor());
      const path = `/v1/appointments/${body.id}/reschedule`;
      const stale = await post(member, path, { startsAt: clinic.slot(1) }, { 'if-match': '"7"' });
      expect(stale.status).to.equal(412);
      expect((await post(member, path, { startsAt: clinic.slot(1) }, { 'if-match': '"1"' })).status).to.equal(
        200,
      );
    });
  });

  describe('time off', () => {
    it('removes the doctor’s slots and returns the affected appointments', async () => {
      const doctorId = await clinic.addDoctor();
      const member = await makeUser(praxis);
      const { body: booked } = await clinic.book(member, { doctorId });
      const path = `/v1/doctors/${doctorId}/time-off`;
      const added = await post(clinic.staff, path, {
        startsAt: clinic.slot(0),
        endsAt: clinic.slot(4),
        note: 'Dentist',
      });
      expect(added.status, added.text).to.equal(201);
      expect(added.body.affected.map(({ id }: { id: string }) => id)).to.deep.equal([booked.id]);
      const inside = await clinic.book(await makeUser(praxis), { doctorId, startsAt: clinic.slot(2) });
      expect(inside.body.code).to.equal('outside-availability');
      const gone = await praxis.call('DELETE', added.headers.get('location')!, {
        token: clinic.staff.accessToken,
      });
      expect(gone.status).to.equal(204);
      expect(
        (await clinic.book(await makeUser(praxis), { doctorId, startsAt: clinic.slot(2) })).status,
      ).to.equal(201);
    });
  });

  describe('working hours', () => {
    it('have a version of their own', async () => {
      const doctorId = await clinic.addDoctor();
      const path = `/v1/doctors/${doctorId}/working-hours`;
      const weekly = [{ weekday: 1, from: '09:00', to: '12:30' }];
      const { headers, body } = await get(clinic.staff, path);
      expect(body.weekly[6]).to.deep.equal({ weekday: 7, from: '00:00', to: '24:00' });
      const put = (tag: string) =>
        praxis.call('PUT', path, {
          token: clinic.staff.accessToken,
          body: { weekly },
          headers: { 'if-match': tag },
        });
      const changed = await put(headers.get('etag')!);
      expect([changed.status, changed.body.weekly]).to.deep.equal([200, weekly]);
      expect((await put(headers.get('etag')!)).status).to.equal(412);
      expect((await get(clinic.staff, `/v1/doctors/${doctorId}`)).body.version).to.equal(1);
      const wrong = await praxis.call('PUT', path, {
        token: clinic.staff.accessToken,
        body: { weekly: [{ weekday: 8, from: '9:00', to: '24:01' }] },
        headers: { 'if-match': '*' },
      });
      expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal([
        '/weekly/0/weekday',
        '/weekly/0/from',
        '/weekly/0/to',
      ]);
    });
  });

  describe('doctors and types', () => {
    it('with appointments are kept: deleting the doctor is refused, deleting the type retires it', async () => {
      const member = await makeUser(praxis);
      const doctorId = await clinic.addDoctor();
      const typeId = await clinic.addType({ name: 'Acupuncture' });
      const { body } = await clinic.book(member, { doctorId, appointmentTypeId: typeId });
      const remove = (path: string) => praxis.call('DELETE', path, { token: clinic.admin.accessToken });
      const refused = await remove(`/v1/doctors/${doctorId}`);
      expect([refused.status, refused.body.code]).to.deep.equal([409, 'doctor-has-appointments']);
      expect((await remove(`/v1/appointment-types/${typeId}`)).status).to.equal(204);
      expect((await praxis.call('GET', `/v1/appointment-types/${typeId}`)).status).to.equal(404);
      expect((await remove(`/v1/appointment-types/${typeId}`)).status).to.equal(404);
      expect((await get(member, `/v1/appointments/${body.id}`)).body.appointmentType.name).to.equal(
        'Acupuncture',
      );
      expect(
        (await clinic.book(member, { doctorId, appointmentTypeId: typeId, startsAt: clinic.slot(9) })).status,
      ).to.equal(422);
    });

    it('have unique accounts, and prices in the practice’s currency', async () => {
      const user = await makeUser(praxis, 'staff');
      const doctor = { name: 'Dr. A', email: 'a@praxis.test', timeZone: 'UTC' };
      expect((await post(clinic.admin, '/v1/doctors', { ...doctor, userId: user.id })).status).to.equal(201);
      const twice = await post(clinic.admin, '/v1/doctors', { ...doctor, userId: user.id });
      expect([twice.status, twice.body.code]).to.deep.equal([409, 'doctor-account-taken']);
      const nobody = await post(clinic.admin, '/v1/doctors', { ...doctor, userId: randomUUID() });
      expect([nobody.status, nobody.body.errors[0].pointer]).to.deep.equal([422, '/userId']);
      const nowhere = await post(clinic.admin, '/v1/doctors', { ...doctor, timeZone: 'FOO+3' });
      expect([nowhere.status, nowhere.body.errors[0].pointer]).to.deep.equal([422, '/timeZone']);
      const dollars = { name: 'X', durationMinutes: 10, price: { amount: 1, currency: 'USD' } };
      expect((await post(clinic.admin, '/v1/appointment-types', dollars)).body.code).to.equal(
        'currency-mismatch',
      );
      const { body } = await praxis.call('GET', '/v1/doctors?limit=1');
      expect(Object.keys(body.items[0])).not.to.include.members(['email']);
    });
  });

  it('lists by start, with filters, in pages without duplicates and gaps', async () => {
    const doctorId = await clinic.addDoctor();
    const members = await Promise.all([0, 1].map(() => makeUser(praxis)));
    for (const n of [4, 0, 3, 1, 2])
      await clinic.book(members[n % 2]!, { doctorId, startsAt: clinic.slot(n) });
    const walk = async (who: TestUser, query: string): Promise<string[]> => {
      const starts: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: { body: { items: { startsAt: string }[]; nextCursor: string | null } } = await get(
          who,
          `/v1/appointments?limit=2&${query}${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        starts.push(...page.body.items.map(({ startsAt }) => startsAt));
        cursor = page.body.nextCursor;
      }
      return starts;
    };
    const all = [0, 1, 2, 3, 4].map((n) => clinic.slot(n));
    expect(await walk(clinic.staff, `doctorId=${doctorId}`)).to.deep.equal(all);
    expect(await walk(clinic.staff, `doctorId=${doctorId}&sort=-startsAt`)).to.deep.equal([...all].reverse());
    expect(await walk(members[0]!, '')).to.deep.equal([all[0], all[2], all[4]]);
    expect(await walk(clinic.staff, `doctorId=${doctorId}&from=${all[1]}&to=${all[3]}`)).to.deep.equal([
      all[1],
      all[2],
    ]);
    expect(await walk(clinic.staff, `doctorId=${doctorId}&status=cancelled`)).to.deep.equal([]);
    expect((await get(clinic.staff, '/v1/appointments?status=odd')).status).to.equal(400);
  });

  it('deletes an appointment that was entered in error', async () => {
    const member = await makeUser(praxis);
    const own = await withDoctor();
    const { body } = await clinic.book(member, own);
    const path = `/v1/appointments/${body.id}`;
    expect((await praxis.call('DELETE', path, { token: clinic.admin.accessToken })).status).to.equal(204);
    for (const who of [member, clinic.staff, clinic.admin])
      expect((await get(who, path)).status).to.equal(404);
    expect((await clinic.book(await makeUser(praxis), own)).status).to.equal(201);
  });
});
