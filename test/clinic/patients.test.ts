import { expect } from 'chai';
import { DAY, HOUR, plus } from '../../src/kernel/clock.js';
import type { PatientDetails } from '../../src/clinic/application/ports.js';
import {
  anonymise,
  changePatient,
  newPatient,
  nextPatientVersion,
  type Patient,
  restorePatient,
} from '../../src/clinic/domain/patient.js';
import { aPatient } from '../support/builders/clinic.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { thrown } from '../support/thrown.js';
import { type Clinic, eur, MEMBER, monday, openClinic, OTHER, STAFF, UNKNOWN_ID } from './world.js';

const DETAILS: PatientDetails = {
  name: 'Mara Member',
  email: 'mara@praxis.test',
  phone: '+49 30 123456',
  birthDate: '1990-02-28',
};

describe('a patient', () => {
  const NOW = new Date('2026-11-21T09:59:59.999Z');
  const made = (changes: Partial<PatientDetails> = {}, now = NOW): Patient =>
    newPatient({ id: 'p', userId: null, ...DETAILS, ...changes }, now);
  const faults = (changes: Partial<PatientDetails>, now = NOW) =>
    pointersOf(thrown(() => made(changes, now)));

  it('has a name and optional contact details', () => {
    expect(made({ name: ' Mara Member ', phone: ' +49 30 123456 ' })).to.deep.equal({
      id: 'p',
      userId: null,
      ...DETAILS,
      anonymisedAt: null,
      createdAt: NOW,
      updatedAt: NOW,
      version: 1,
    });
    expect(made({ email: null, phone: ' ', birthDate: null })).to.include({ phone: null, birthDate: null });
    expect(made()).to.satisfy(Object.isFrozen);
  });

  it('has a name of 1 to 200 characters on one line', () => {
    expect(made({ name: '😀'.repeat(200) }).name).to.have.length(400);
    for (const name of ['', ' ', 'x'.repeat(201), 'Mara\nMember', 'Mara\u0000'])
      expect(faults({ name }), JSON.stringify(name)).to.deep.equal(['/name']);
  });

  it('has a telephone number of at most 50 characters on one line', () => {
    expect(made({ phone: '1'.repeat(50) }).phone).to.have.length(50);
    for (const phone of ['1'.repeat(51), '1\n2']) expect(faults({ phone })).to.deep.equal(['/phone']);
  });

  it('has a birth date that exists, since 1850', () => {
    for (const birthDate of ['1850-01-01', '2024-02-29']) made({ birthDate });
    for (const birthDate of [
      '1849-12-31',
      '2023-02-29',
      '1990-13-01',
      '1990-1-1',
      '1990-01-01T00:00',
      'x1990-01-01',
      '',
    ])
      expect(faults({ birthDate }), birthDate).to.deep.equal(['/birthDate']);
  });

  it('has a birth date up to today in the earliest time zone', () => {
    made({ birthDate: '2026-11-21' });
    expect(faults({ birthDate: '2026-11-22' })).to.deep.equal(['/birthDate']);
    made({ birthDate: '2026-11-22' }, plus(NOW, 1));
  });

  it('changes the given fields, and updatedAt never goes back', () => {
    const before = made();
    expect(changePatient(before, { phone: null }, plus(NOW, 1))).to.deep.equal({
      ...before,
      phone: null,
      updatedAt: plus(NOW, 1),
    });
    expect(changePatient(before, { userId: 'u' }, plus(NOW, -1))).to.include({
      userId: 'u',
      updatedAt: NOW,
    });
    expect(thrown(() => changePatient(before, { name: '' }, NOW)).code).to.equal('validation');
    expect(nextPatientVersion(before)).to.deep.equal({ ...before, version: 2 });
  });

  it('has no personal data once anonymised', () => {
    const before = restorePatient({ ...made(), userId: 'u' });
    const after = anonymise(before, plus(NOW, HOUR));
    expect(after).to.deep.equal({
      ...before,
      userId: null,
      name: 'Former patient',
      email: null,
      phone: null,
      birthDate: null,
      anonymisedAt: plus(NOW, HOUR),
      updatedAt: plus(NOW, HOUR),
    });
    for (const rest of [
      { name: 'Mara Member' },
      { userId: 'u' },
      { email: 'mara@praxis.test' },
      { phone: '1' },
      { birthDate: '1990-02-28' },
    ])
      expect(() => restorePatient({ ...after, ...rest }), JSON.stringify(rest)).to.throw('corrupt patient p');
  });

  it('is not restored from contradictory values', () => {
    const sound = aPatient({ phone: '1', birthDate: '1990-02-28' });
    for (const changes of [
      { name: '' },
      { name: ' x' },
      { phone: '' },
      { phone: ' 1' },
      { phone: '1'.repeat(51) },
      { birthDate: '1990-02-30' },
      { version: 0 },
      { updatedAt: plus(sound.createdAt, -1) },
    ])
      expect(() => restorePatient({ ...sound, ...changes }), JSON.stringify(changes)).to.throw(
        `corrupt patient ${sound.id}`,
      );
  });
});

describe('the file of a member', () => {
  let clinic: Clinic;
  beforeEach(async () => {
    clinic = await openClinic();
  });
  const page = { limit: 10 };
  const write = (changes: Partial<Parameters<Clinic['writeOwnFile']>[0]> = {}) =>
    clinic.writeOwnFile({ caller: MEMBER, details: DETAILS, expectedVersion: null, ...changes });

  it('is created by the first write, and read by its member', async () => {
    const file = await write();
    expect(file).to.deep.include({ ...DETAILS, userId: MEMBER.userId, version: 1 });
    expect(await clinic.viewOwnFile({ caller: MEMBER })).to.deep.equal(file);
    expect(clinic.rows.access.all()).to.deep.equal([]);
  });

  it('exists once, and a write clears omitted fields', async () => {
    const first = await write();
    const second = await write({
      details: { ...DETAILS, phone: null },
      expectedVersion: first.version,
    });
    expect(second).to.deep.equal({ ...first, phone: null, version: 2 });
    await clinic.refuses(() => write({ expectedVersion: first.version }), 'version-mismatch');
    expect((await write()).version).to.equal(3);
    expect(clinic.rows.patients.all()).to.have.length(1);
  });

  it('is not found before it was created', async () => {
    await clinic.refuses(() => write({ expectedVersion: 1 }), 'version-mismatch');
    for (const missing of [
      () => clinic.viewOwnFile({ caller: MEMBER }),
      () => clinic.listOwnAccesses({ caller: MEMBER, page }),
      () => clinic.exportOwnFile({ caller: MEMBER }),
    ])
      await clinic.refuses(missing, 'not-found');
  });

  it('is validated like every other patient file', async () => {
    await write();
    for (const expectedVersion of [null, 1]) {
      const details = { ...DETAILS, name: ' ' };
      const error = await clinic.refuses(() => write({ details, expectedVersion }), 'validation');
      expect(pointersOf(error)).to.deep.equal(['/name']);
    }
  });

  it('writes the file when a concurrent request created it; fails when it was anonymised meanwhile', async () => {
    const racers = await write();
    const hidden = (lock: (patient: Patient) => Patient) =>
      clinic
        .using({
          clinicUnitOfWork: clinic.withConcurrentChange(({ patients }) => ({
            patients: {
              ...patients,
              findByUser: () => Promise.resolve(undefined),
              lock: async (id) => {
                const patient = await patients.lock(id);
                return patient && lock(patient);
              },
            },
          })),
        })
        .writeOwnFile({ caller: MEMBER, details: { ...DETAILS, phone: '2' }, expectedVersion: null });
    await clinic.refuses(() => hidden((patient) => anonymise(patient, clinic.clock.now())), 'not-found');
    expect(await hidden((patient) => patient)).to.include({ id: racers.id, phone: '2', version: 2 });
  });

  it('is exported with all stored data except the notes of staff', async () => {
    const appointmentTypeId = await clinic.type({ price: eur(4500) });
    const booked = await clinic.book({ appointmentTypeId, reason: 'a cough' });
    await clinic.payAppointment({
      caller: STAFF,
      appointmentId: booked.id,
      method: 'desk',
      cardId: null,
    });
    await clinic.book({ caller: OTHER, startsAt: monday('10:00') });
    const record = await clinic.exportOwnFile({ caller: MEMBER });
    expect(record.patient).to.deep.equal(await clinic.viewOwnFile({ caller: MEMBER }));
    expect(record.appointments.map(({ id, reason }) => [id, reason])).to.deep.equal([[booked.id, 'a cough']]);
    expect(record.history.map(({ appointmentId, to }) => [appointmentId, to])).to.deep.equal([
      [booked.id, 'booked'],
    ]);
    expect(record.payments.map(({ amount }) => amount)).to.deep.equal([eur(4500)]);
    expect(record.accessLog.map(({ action }) => action)).to.deep.equal(['pay-appointment']);
    const { exportOwnFile } = clinic.using({
      clinicQueries: { ...clinic.clinicQueries, record: () => Promise.resolve(undefined) },
    });
    await expectCode(exportOwnFile({ caller: MEMBER }), 'not-found');
  });

  it('shows its member the accesses to the own file only', async () => {
    const { id: patientId } = await write();
    await write({ caller: OTHER });
    await clinic.viewPatient({ caller: STAFF, patientId });
    const seen = await clinic.listOwnAccesses({ caller: MEMBER, page });
    expect(seen.items.map(({ at, by, action, resource }) => ({ at, by, action, resource }))).to.deep.equal([
      {
        at: clinic.clock.now(),
        by: { id: STAFF.userId, name: 'Stella Staff' },
        action: 'read-patient',
        resource: `/v1/patients/${patientId}`,
      },
    ]);
    expect((await clinic.listOwnAccesses({ caller: OTHER, page })).items).to.deep.equal([]);
  });
});

describe('the files of patients', () => {
  let clinic: Clinic;
  beforeEach(async () => {
    clinic = await openClinic();
  });
  const page = { limit: 10 };
  const change = (patientId: string, changes: Partial<Parameters<Clinic['changePatient']>[0]>) =>
    clinic.changePatient({ caller: STAFF, patientId, changes: {}, expectedVersion: null, ...changes });

  it('are created by staff, and the access is logged', async () => {
    const patient = await clinic.patient({ name: ' Paula Patient ', userId: MEMBER.userId });
    expect(patient).to.include({ name: 'Paula Patient', userId: MEMBER.userId });
    expect(clinic.accesses(patient.id)).to.deep.equal([
      [STAFF.userId, 'add-patient', `/v1/patients/${patient.id}`],
    ]);
    expect((await clinic.book()).patient.id, 'the member books in it').to.equal(patient.id);
    await clinic.refuses(() => clinic.patient({ userId: MEMBER.userId }), 'patient-file-exists');
    const unknown = await clinic.refuses(() => clinic.patient({ userId: UNKNOWN_ID }), 'validation');
    expect(pointersOf(unknown)).to.deep.equal(['/userId']);
    await clinic.refuses(async () => clinic.patient({ name: '' }), 'validation');
  });

  it('are changed by staff, and the access is logged', async () => {
    const { id, version } = await clinic.patient();
    const changed = await change(id, { changes: { phone: '1' }, expectedVersion: version });
    expect(changed).to.include({ name: 'Paula Patient', phone: '1', version: 2 });
    expect(clinic.accesses(id).slice(1)).to.deep.equal([
      [STAFF.userId, 'change-patient', `/v1/patients/${id}`],
    ]);
    await clinic.refuses(() => change(id, { expectedVersion: version }), 'version-mismatch');
    await clinic.refuses(() => change(id, { changes: { name: ' ' } }), 'validation');
    await clinic.refuses(() => change(UNKNOWN_ID, {}), 'not-found');
    await clinic.patient({ userId: OTHER.userId });
    await clinic.refuses(() => change(id, { changes: { userId: OTHER.userId } }), 'patient-file-exists');
  });

  it('are listed, found and read by staff, with one logged access per patient', async () => {
    const paula = await clinic.patient();
    clinic.clock.advance(1);
    const rolf = await clinic.patient({ name: 'Rolf Ritter' });
    const noted = () => [paula, rolf].map(({ id }) => clinic.accesses(id).slice(1));
    const list = async (q?: string) =>
      (await clinic.listPatients({ caller: STAFF, q, page })).items.map(({ id }) => id);
    expect(await list()).to.deep.equal([rolf.id, paula.id]);
    const listed = [STAFF.userId, 'list-patients', '/v1/patients'];
    expect(noted()).to.deep.equal([[listed], [listed]]);
    expect(await list('ro')).to.deep.equal([rolf.id]);
    expect(noted()).to.deep.equal([[listed], [listed, listed]]);
    expect(await list('nobody')).to.deep.equal([]);
    expect(await clinic.viewPatient({ caller: STAFF, patientId: paula.id })).to.deep.equal(paula);
    expect(noted()[0]).to.deep.equal([listed, [STAFF.userId, 'read-patient', `/v1/patients/${paula.id}`]]);
    await clinic.refuses(() => clinic.viewPatient({ caller: STAFF, patientId: UNKNOWN_ID }), 'not-found');
  });

  it('are listed by doctor, and their doctors by patient, with logged accesses', async () => {
    const other = await clinic.doctor({ name: 'Dr. Jana Roth' });
    const { patient } = await clinic.book();
    const { doctorId } = clinic;
    const patientsOf = async (id: string) =>
      (await clinic.listPatientsOfDoctor({ caller: STAFF, doctorId: id, page })).items.map((each) => each.id);
    const doctorsOf = async (patientId: string) =>
      (await clinic.listDoctorsOfPatient({ caller: STAFF, patientId, page })).items.map((each) => each.id);
    expect(await patientsOf(doctorId)).to.deep.equal([patient.id]);
    expect(await patientsOf(other)).to.deep.equal([]);
    expect(await doctorsOf(patient.id)).to.deep.equal([doctorId]);
    expect(clinic.accesses(patient.id)).to.deep.equal([
      [STAFF.userId, 'list-patients-of-doctor', `/v1/doctors/${doctorId}/patients`],
      [STAFF.userId, 'list-doctors-of-patient', `/v1/patients/${patient.id}/doctors`],
    ]);
    await clinic.refuses(() => patientsOf(UNKNOWN_ID), 'not-found');
    await clinic.refuses(() => doctorsOf(UNKNOWN_ID), 'not-found');
  });
});

describe('anonymising', () => {
  let clinic: Clinic;
  let patientId: string;
  beforeEach(async () => {
    clinic = await openClinic();
    const booked = await clinic.book({ reason: 'a cough' });
    patientId = booked.patient.id;
    await clinic.annotateAppointment({
      caller: STAFF,
      appointmentId: booked.id,
      staffNote: 'allergic',
      expectedVersion: null,
    });
  });
  const anonymisePatient = (expectedVersion: number | null = null) =>
    clinic.anonymisePatient({ actorId: STAFF.userId, patientId, expectedVersion });
  const ofPatient = () => clinic.rows.appointments.all().filter((each) => each.patientId === patientId);

  it('removes name, contact, account and all texts, and keeps the times', async () => {
    const [before] = ofPatient();
    await anonymisePatient(1);
    expect(clinic.rows.patients.get(patientId)).to.deep.include({
      name: 'Former patient',
      userId: null,
      email: null,
      anonymisedAt: clinic.clock.now(),
      version: 2,
    });
    expect(ofPatient()).to.deep.equal([
      {
        ...before,
        status: 'cancelled',
        cancelledBy: 'practice',
        reason: null,
        staffNote: null,
        revision: 2,
        version: 3,
      },
    ]);
    await clinic.refuses(() => clinic.viewPatient({ caller: STAFF, patientId }), 'not-found');
    await clinic.refuses(() => clinic.viewOwnFile({ caller: MEMBER }), 'not-found');
    await clinic.book({ caller: OTHER });
  });

  it('cancels future appointments with a history entry, and leaves the others unchanged', async () => {
    const book = async (time: string) => (await clinic.book({ startsAt: monday(time) })).id;
    const [first] = ofPatient();
    const appointmentTypeId = await clinic.type({ needsApproval: true });
    const asked = (await clinic.book({ appointmentTypeId, startsAt: monday('11:00') })).id;
    const later = await book('10:00');
    const removed = await book('10:30');
    await clinic.removeAppointment({ caller: STAFF, appointmentId: removed, expectedVersion: null });
    const arrived = await book('11:30');
    await clinic.advance(arrived, 'arrived');
    clinic.goTo(monday('09:00'));
    const mails = clinic.jobs().length;
    await anonymisePatient();
    const became = (id: string) => clinic.stored(id).status;
    expect([first!.id, asked, later, removed, arrived].map(became)).to.deep.equal([
      'booked',
      'cancelled',
      'cancelled',
      'booked',
      'arrived',
    ]);
    expect(clinic.historyOf(asked).at(-1)).to.deep.equal(['requested', 'cancelled', STAFF.userId]);
    expect(clinic.historyOf(later).at(-1)).to.deep.equal(['booked', 'cancelled', STAFF.userId]);
    expect(clinic.historyOf(first!.id)).to.have.length(2);
    expect(clinic.historyOf(removed)).to.have.length(2);
    expect(ofPatient().every(({ reason, staffNote }) => reason === null && staffNote === null)).to.equal(
      true,
    );
    expect(clinic.jobs(), 'there is nobody to write to').to.have.length(mails);
  });

  it('checks the expected version, and happens once', async () => {
    await clinic.book({ caller: OTHER, startsAt: monday('10:00'), reason: 'a rash' });
    const others = () => clinic.rows.appointments.all().filter((each) => each.patientId !== patientId);
    const before = others();
    await clinic.refuses(() => anonymisePatient(2), 'version-mismatch');
    await anonymisePatient();
    expect(others()).to.deep.equal(before);
    await clinic.refuses(() => anonymisePatient(), 'not-found');
    await clinic.refuses(
      () => clinic.changePatient({ caller: STAFF, patientId, changes: {}, expectedVersion: null }),
      'not-found',
    );
    await clinic.refuses(
      () => clinic.anonymisePatient({ actorId: STAFF.userId, patientId: UNKNOWN_ID, expectedVersion: null }),
      'not-found',
    );
  });

  it('of an erased member deletes the calendar feeds too, is done by the system, and is idempotent', async () => {
    await clinic.openFeed({ caller: MEMBER });
    await clinic.openFeed({ caller: OTHER });
    const { id } = ofPatient()[0]!;
    await clinic.forgetPatientOfMember({ userId: MEMBER.userId });
    expect(clinic.historyOf(id).at(-1)).to.deep.equal(['booked', 'cancelled', null]);
    expect(clinic.rows.patients.get(patientId)!.anonymisedAt).to.deep.equal(clinic.clock.now());
    expect(clinic.rows.feeds.all().map(({ userId }) => userId)).to.deep.equal([OTHER.userId]);
    const after = clinic.snapshot();
    await clinic.forgetPatientOfMember({ userId: MEMBER.userId });
    expect(clinic.snapshot()).to.deep.equal(after);
  });
});

describe('a calendar feed', () => {
  let clinic: Clinic;
  beforeEach(async () => {
    clinic = await openClinic();
  });
  const tokenOf = (url: string): string =>
    /^https:\/\/praxis\.test\/v1\/calendars\/(.+)\.ics$/.exec(url)![1]!;
  const open = async (caller = MEMBER) => {
    const { id, url } = await clinic.openFeed({ caller });
    return { id, token: tokenOf(url) };
  };
  /** The ids of the appointments in it. */
  const eventsOf = async (token: string): Promise<string[]> =>
    [...(await clinic.readFeed({ token })).matchAll(/^UID:(.+)@appointments\.praxis\r$/gm)].map(
      ([, id]) => id!,
    );

  it('is stored as a hash of its secret', async () => {
    const { id, token } = await open();
    expect(clinic.rows.feeds.all()).to.deep.equal([
      { id, userId: MEMBER.userId, tokenHash: `hash of ${token}`, createdAt: clinic.clock.now() },
    ]);
  });

  it('contains the own appointments of a member or doctor, and all for other staff', async () => {
    const doctors = { userId: '01930000-0000-7000-8000-0000000000c4', isStaff: true };
    await clinic.addUser({
      id: doctors.userId,
      name: 'Dr. Jana Roth',
      email: 'roth@praxis.test',
      isStaff: true,
    });
    const doctorId = await clinic.doctor({ userId: doctors.userId });
    const own = await clinic.book();
    const others = await clinic.book({ caller: OTHER, doctorId });
    expect(await eventsOf((await open()).token)).to.deep.equal([own.id]);
    expect(await eventsOf((await open(OTHER)).token)).to.deep.equal([others.id]);
    expect(await eventsOf((await open(doctors)).token)).to.deep.equal([others.id]);
    expect(await eventsOf((await open(STAFF)).token)).to.have.members([own.id, others.id]);
  });

  it('follows the present role of its owner', async () => {
    const { token } = await open();
    const { id } = await clinic.book({ caller: OTHER });
    expect(await eventsOf(token)).to.deep.equal([]);
    const mara = clinic.rows.users.get(MEMBER.userId)!;
    await clinic.addUser({ ...mara, isStaff: true });
    expect(await eventsOf(token)).to.deep.equal([id]);
    clinic.rows.users.delete(MEMBER.userId);
    await clinic.refuses(() => clinic.readFeed({ token }), 'not-found');
  });

  it('contains the last 90 days', async () => {
    const { id } = await clinic.book();
    const { token } = await open();
    clinic.goTo(plus(monday('09:00'), 90 * DAY));
    expect(await eventsOf(token)).to.deep.equal([id]);
    clinic.clock.advance(1);
    expect(await eventsOf(token)).to.deep.equal([]);
  });

  it('is deleted by its owner only', async () => {
    const { id, token } = await open();
    await clinic.refuses(() => clinic.closeFeed({ caller: OTHER, feedId: id }), 'not-found');
    await clinic.closeFeed({ caller: MEMBER, feedId: id });
    await clinic.refuses(() => clinic.readFeed({ token }), 'not-found');
    await clinic.refuses(() => clinic.closeFeed({ caller: MEMBER, feedId: id }), 'not-found');
  });
});
