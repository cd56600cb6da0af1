import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { clinicRoutes } from '../../src/clinic/http/routes.js';
import { openClinic, type TestClinic } from '../support/clinic.js';
import { execute } from '../support/postgres.js';
import { eventually } from '../support/processes.js';
import { query } from '../support/query.js';
import { rejection } from '../support/rejection.js';
import { type Answer, makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';

const ANY = { 'if-match': '*' };

describe('the privacy of patient data over HTTP', () => {
  let praxis: TestPraxis;
  let clinic: TestClinic;
  let n = 0;
  beforeEach(async () => {
    praxis = await startTestPraxis();
    clinic = await openClinic(praxis);
    n = 0;
  });
  afterEach(() => praxis.stop());

  const call = (who: TestUser, method: string, path: string, body?: unknown) =>
    praxis.call(method, path, {
      token: who.accessToken,
      ...(body !== undefined && { body }),
      headers: { ...ANY, ...(method === 'POST' && { 'idempotency-key': randomUUID() }) },
    });
  const bookedBy = async (who: TestUser, details: object = {}): Promise<Answer['body']> => {
    const answer = await clinic.book(who, { startsAt: clinic.slot((n += 2)), ...details });
    expect(answer.status, answer.text).to.equal(201);
    return answer.body;
  };

  /** A response without the values that identify the request. */
  const faceOf = ({ status, headers, body }: Answer): unknown => {
    const { instance: _instance, requestId: _requestId, ...rest } = (body ?? {}) as Record<string, unknown>;
    const visible = [...headers]
      .map(([name]) => name)
      .filter((name) => !['date', 'x-request-id', 'content-length'].includes(name));
    return { status, rest, visible };
  };

  it('gives the same response for another member’s id and a random id on every route', async () => {
    const victim = await makeUser(praxis);
    const appointment = await bookedBy(victim);
    const { body: feed } = await call(victim, 'POST', '/v1/calendar-feeds');
    const ids = { appointment: appointment.id, patient: appointment.patient.id, feed: feed.id };
    const member = await makeUser(praxis);
    await bookedBy(member);
    const bodies: Record<string, unknown> = {
      rescheduleAppointment: { startsAt: clinic.slot(40) },
      annotateAppointment: { reason: 'x' },
      payAppointment: { method: 'card' },
      changePatient: { phone: '1' },
      addTimeOff: { startsAt: '2030-01-01T00:00:00Z', endsAt: '2030-01-02T00:00:00Z' },
      setWorkingHours: { weekly: [] },
    };
    const guarded = clinicRoutes.filter(({ path, allow }) => path.includes('{id}') && allow !== 'anyone');
    expect(guarded.length).to.be.greaterThan(20);
    for (const { method, path, operationId } of guarded) {
      const kind = path.includes('/appointments/')
        ? 'appointment'
        : path.includes('/calendar-feeds/')
          ? 'feed'
          : 'patient';
      const ask = async (id: string) =>
        faceOf(
          await call(
            member,
            method.toUpperCase(),
            path.replace('{id}', id).replace('{timeOffId}', randomUUID()),
            bodies[operationId],
          ),
        ) as { status: number };
      const [real, random] = [await ask(ids[kind]), await ask(randomUUID())];
      expect(real, operationId).to.deep.equal(random);
      expect(real.status, operationId).to.be.oneOf([403, 404]);
    }
    for (const path of [
      (id: string) => `/v1/appointments?patientId=${id}`,
      (id: string) => `/v1/appointments?patientId=${id}&doctorId=${clinic.doctorId}&status=booked`,
    ])
      expect(faceOf(await call(member, 'GET', path(ids.patient)))).to.deep.equal(
        faceOf(await call(member, 'GET', path(randomUUID()))),
      );
    const booking = (patientId: string) => clinic.book(member, { startsAt: clinic.slot(50), patientId });
    expect(faceOf(await booking(ids.patient))).to.deep.equal(faceOf(await booking(randomUUID())));
    // The data of the other member is unchanged.
    expect((await call(victim, 'GET', `/v1/appointments/${ids.appointment}`)).text).to.equal(
      JSON.stringify(appointment),
    );
    expect((await call(victim, 'DELETE', `/v1/calendar-feeds/${ids.feed}`)).status).to.equal(204);
  });

  it('shows notes to staff and reasons to the patient, and keeps both out of logs, problems, mails, metrics and calendars', async () => {
    const member = await makeUser(praxis);
    const secrets = ['SENTINELreason', 'SENTINELnote', 'SENTINELcancel', 'SENTINELphone'];
    const [reason, staffNote, cancelReason, phone] = secrets as [string, string, string, string];
    const { id, patient } = await bookedBy(member, { reason });
    const path = `/v1/appointments/${id}`;
    const annotated = await call(clinic.staff, 'PATCH', path, { staffNote });
    expect([annotated.body.staffNote, annotated.body.reason]).to.deep.equal([staffNote, reason]);
    const seen = [
      await call(member, 'GET', path),
      await call(member, 'GET', '/v1/appointments'),
      await call(member, 'PATCH', path, { reason: `${reason} 2` }),
      await call(member, 'GET', '/v1/patients/me/export'),
      await call(member, 'GET', `${path}/history`),
    ];
    for (const { status, text } of seen) {
      expect(status, text).to.equal(200);
      expect(text).not.to.include(staffNote).and.not.to.include('staffNote');
    }
    expect(seen[3]!.text).to.include(reason);
    expect((await call(member, 'PATCH', path, { staffNote: 'mine' })).status).to.equal(422);

    await call(clinic.staff, 'PATCH', `/v1/patients/${patient.id}`, { phone });
    const problems = [
      await call(member, 'PATCH', path, { reason: reason.repeat(200) }),
      await clinic.book(member, { startsAt: clinic.slot(2), reason }),
      await call(member, 'POST', `${path}/reschedule`, { startsAt: '2020-01-01T00:00:00Z', reason }),
    ];
    // An error of a failed statement contains its values, so a log of the error could leak them.
    await execute(
      praxis.ownerUrl,
      'ALTER TABLE appointments ADD CONSTRAINT no_notes CHECK (staff_note IS NULL) NOT VALID',
    );
    problems.push(await call(clinic.staff, 'PATCH', path, { staffNote: `${staffNote} again` }));
    expect(problems.at(-1)!.status).to.equal(500);
    await execute(praxis.ownerUrl, 'ALTER TABLE appointments DROP CONSTRAINT no_notes');
    expect(
      (await call(member, 'POST', `${path}/cancel`, { reason: cancelReason })).body.cancelReason,
    ).to.equal(cancelReason);
    await praxis.mailsTo(member.email, 2);
    const { body: feed } = await call(member, 'POST', '/v1/calendar-feeds');
    const calendar = await praxis.call('GET', new URL(feed.url).pathname);
    expect(calendar.text).to.include(id);

    const places = {
      problems: problems.map(({ text }) => text).join('\n'),
      log: praxis.logLines.join('\n'),
      mail: (await praxis.allMails()).join('\n'),
      metrics: await praxis.metrics(),
      calendar: calendar.text,
    };
    expect(places.log).to.include('no_notes');
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).to.be.greaterThan(100);
      for (const secret of secrets) expect(text.includes(secret), `${secret} in ${place}`).to.equal(false);
    }
    for (const hidden of ['Falk', 'Consultation', 'Mia Member'])
      for (const place of ['mail', 'calendar'] as const)
        expect(places[place].includes(hidden), `${hidden} in ${place}`).to.equal(false);
    expect(places.log).not.to.include(new URL(feed.url).pathname.split('/').at(-1)!.replace('.ics', ''));
  });

  it('logs each patient in each response to staff before it is sent, readable by the patient', async () => {
    const members = [await makeUser(praxis), await makeUser(praxis)] as const;
    const [first, second] = [await bookedBy(members[0]), await bookedBy(members[1])];
    const { staff } = clinic;
    const path = `/v1/appointments/${first.id}`;
    const reads: [string, string, string, string[]][] = [
      ['GET', path, 'read-appointment', ['1']],
      ['GET', `/v1/appointments?doctorId=${clinic.doctorId}`, 'list-appointments', ['1', '2']],
      ['GET', `${path}/history`, 'read-appointment-history', ['1']],
      ['GET', '/v1/patients', 'list-patients', ['1', '2']],
      ['GET', `/v1/patients/${first.patient.id}`, 'read-patient', ['1']],
      ['GET', `/v1/patients/${first.patient.id}/doctors`, 'list-doctors-of-patient', ['1']],
      ['GET', `/v1/doctors/${clinic.doctorId}/patients`, 'list-patients-of-doctor', ['1', '2']],
      ['POST', `/v1/doctors/${clinic.doctorId}/time-off`, 'list-affected-appointments', ['1', '2']],
      ['PATCH', path, 'annotate-appointment', ['1']],
      ['PATCH', `/v1/patients/${first.patient.id}`, 'change-patient', ['1']],
      ['POST', `${path}/reschedule`, 'reschedule-appointment', ['1']],
      ['POST', `${path}/arrive`, 'receive-patient', ['1']],
      ['POST', `${path}/cancel`, 'cancel-appointment', ['1']],
    ];
    const bodies: Record<string, unknown> = {
      'list-affected-appointments': { startsAt: clinic.slot(0), endsAt: clinic.slot(20) },
      'annotate-appointment': { staffNote: 'x' },
      'change-patient': { phone: '1' },
      'reschedule-appointment': { startsAt: clinic.slot(60) },
    };
    const names = new Map([
      [first.patient.id, '1'],
      [second.patient.id, '2'],
    ]);
    for (const [method, target, action, expected] of reads) {
      const before = await query(praxis.ownerUrl, 'SELECT id FROM patient_access_log');
      const answer = await call(staff, method, target, bodies[action]);
      expect(answer.status, `${target} ${answer.text}`).to.be.oneOf([200, 201]);
      const { rows } = await query(
        praxis.ownerUrl,
        'SELECT patient_id, action, by_user_id FROM patient_access_log WHERE NOT id = ANY ($1::uuid[])',
        [before.rows.map(({ id }) => id)],
      );
      expect(rows.map(({ patient_id }) => names.get(patient_id)).sort(), action).to.deep.equal(expected);
      for (const row of rows) expect([row.action, row.by_user_id]).to.deep.equal([action, staff.id]);
    }
    const { body } = await call(members[1], 'GET', '/v1/patients/me/access-log');
    expect(body.items.map(({ action }: { action: string }) => action)).to.deep.equal([
      'list-affected-appointments',
      'list-patients-of-doctor',
      'list-patients',
      'list-appointments',
    ]);
    expect(body.items[0].by).to.deep.equal({ id: staff.id, name: 'Mia Member' });
    // Patients who read their own data are not logged.
    const { rows } = await query(praxis.ownerUrl, 'SELECT 1 FROM patient_access_log WHERE by_user_id <> $1', [
      staff.id,
    ]);
    expect(rows).to.deep.equal([]);
  });

  it('sends no patient data when the access cannot be logged', async () => {
    const { patient } = await bookedBy(await makeUser(praxis));
    await execute(
      praxis.ownerUrl,
      "ALTER TABLE patient_access_log ADD CONSTRAINT full_up CHECK (action <> 'read-patient') NOT VALID",
    );
    const { status, text } = await call(clinic.staff, 'GET', `/v1/patients/${patient.id}`);
    expect(status).to.equal(500);
    expect(text).not.to.include('Mia');
  });

  it('refuses changes of the access log and of histories', async () => {
    const { id } = await bookedBy(await makeUser(praxis));
    await call(clinic.staff, 'GET', `/v1/appointments/${id}`);
    for (const table of ['patient_access_log', 'appointment_history'])
      for (const url of [praxis.databaseUrl, praxis.ownerUrl])
        for (const statement of [
          `UPDATE ${table} SET at = now()`,
          `DELETE FROM ${table}`,
          `TRUNCATE ${table}`,
        ])
          expect(String(await rejection(query(url, statement))), `${statement} ${url}`).to.match(
            /permission denied|stay as they were written/,
          );
  });

  it('anonymises a patient and keeps the times', async () => {
    const member = await makeUser(praxis);
    const past = await bookedBy(member, { reason: 'My knee' });
    await execute(
      praxis.ownerUrl,
      `UPDATE appointments SET starts_at = starts_at - interval '30 days', ends_at = ends_at - interval '30 days',
         busy_from = busy_from - interval '30 days', busy_until = busy_until - interval '30 days'`,
    );
    const startsAt = clinic.slot(30);
    const coming = await bookedBy(member, { startsAt, reason: 'My other knee' });
    const path = `/v1/patients/${past.patient.id}`;
    expect((await call(clinic.admin, 'DELETE', path)).status).to.equal(204);
    expect((await call(clinic.admin, 'DELETE', path)).status).to.equal(404);
    expect((await call(clinic.staff, 'GET', path)).status).to.equal(404);
    expect((await call(clinic.staff, 'GET', '/v1/patients')).body.items).to.deep.equal([]);
    expect((await call(member, 'GET', '/v1/patients/me')).status).to.equal(404);
    expect((await call(member, 'GET', '/v1/appointments')).body.items).to.deep.equal([]);
    const { body: kept } = await call(clinic.staff, 'GET', `/v1/appointments/${coming.id}`);
    expect(kept).to.include({
      startsAt,
      endsAt: clinic.slot(31),
      reason: null,
      staffNote: null,
      status: 'cancelled',
    });
    expect(kept.patient.name).to.equal('Former patient');
    const { body: over } = await call(clinic.staff, 'GET', `/v1/appointments/${past.id}`);
    expect([over.status, over.reason]).to.deep.equal(['booked', null]);
    const dump = await query(
      praxis.ownerUrl,
      'SELECT p::text || a::text AS row FROM patients p JOIN appointments a ON a.patient_id = p.id',
    );
    for (const { row } of dump.rows) expect(row).not.to.match(/knee|Mia|@/);
    // The member may create a new patient file.
    expect((await clinic.book(member, { startsAt })).status).to.equal(201);
  });

  it('anonymises the patient when the member is erased', async () => {
    const member = await makeUser(praxis);
    const { patient } = await bookedBy(member, { reason: 'My knee' });
    await call(member, 'POST', '/v1/calendar-feeds');
    expect((await call(member, 'DELETE', '/v1/me')).status).to.equal(204);
    await eventually('the patient is anonymised', async () => {
      const { rows } = await query(
        praxis.ownerUrl,
        'SELECT name, email, user_id FROM patients WHERE id = $1',
        [patient.id],
      );
      return rows[0].name === 'Former patient' && rows[0].email === null && rows[0].user_id === null;
    });
    const { rows } = await query(praxis.ownerUrl, 'SELECT 1 FROM calendar_feeds');
    expect(rows).to.deep.equal([]);
  });

  it('lists the patients of a doctor, and the doctors of a patient, with one statement each', async () => {
    const member = await makeUser(praxis);
    const { patient } = await bookedBy(member);
    const doctorId = await clinic.addDoctor({ name: 'Dr. Zoe Adler' });
    await bookedBy(member, { doctorId });
    const { database } = praxis.container.cradle as {
      database: { rows: (...args: unknown[]) => Promise<unknown[]> };
    };
    const asked: string[] = [];
    const { rows } = database;
    database.rows = (statement, values) => {
      asked.push((statement as { name: string }).name);
      return rows(statement, values);
    };
    const doctors = await call(clinic.staff, 'GET', `/v1/patients/${patient.id}/doctors`);
    expect(doctors.body.items.map(({ name }: { name: string }) => name)).to.deep.equal([
      'Dr. Ida Falk',
      'Dr. Zoe Adler',
    ]);
    const patients = await call(clinic.staff, 'GET', `/v1/doctors/${doctorId}/patients`);
    expect(patients.body.items.map(({ id }: { id: string }) => id)).to.deep.equal([patient.id]);
    database.rows = rows;
    expect(
      asked.filter((name) => name.startsWith('clinic_') && name !== 'clinic_mail_subject'),
    ).to.deep.equal(['clinic_doctors_of_patient_asc', 'clinic_patients_of_doctor_asc']);
    const nobody = await clinic.addDoctor();
    expect((await call(clinic.staff, 'GET', `/v1/doctors/${nobody}/patients`)).body.items).to.deep.equal([]);
    expect((await call(clinic.staff, 'GET', `/v1/doctors/${randomUUID()}/patients`)).status).to.equal(404);
  });

  it('finds patients by prefix of name, address or phone number, without wildcards', async () => {
    const add = (body: object) => call(clinic.staff, 'POST', '/v1/patients', body);
    await add({ name: 'Ana Lind', email: 'ana@example.org', phone: '+49 30 1' });
    await add({ name: '100% Ana' });
    const found = async (q: string): Promise<string[]> =>
      (await call(clinic.staff, 'GET', `/v1/patients?q=${encodeURIComponent(q)}`)).body.items.map(
        ({ name }: { name: string }) => name,
      );
    expect(await found('ANA L')).to.deep.equal(['Ana Lind']);
    expect(await found('ana@')).to.deep.equal(['Ana Lind']);
    expect(await found('+49 30')).to.deep.equal(['Ana Lind']);
    expect(await found('%')).to.deep.equal([]);
    expect(await found('100%')).to.deep.equal(['100% Ana']);
    const twice = await makeUser(praxis);
    expect((await add({ name: 'A', userId: twice.id })).status).to.equal(201);
    expect((await add({ name: 'B', userId: twice.id })).body.code).to.equal('patient-file-exists');
    expect((await add({ name: 'C', userId: randomUUID() })).status).to.equal(422);
    expect((await add({ name: 'D', birthDate: '2999-01-01' })).status).to.equal(422);
  });
});
