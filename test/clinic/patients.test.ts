import { expect } from 'chai';
import { HOUR, plus } from '../../src/kernel/clock.js';
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
import { pointersOf } from '../support/expect-code.js';
import { thrown } from '../support/thrown.js';
import { type Clinic, MEMBER, openClinic, OTHER, STAFF, UNKNOWN_ID } from './world.js';

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
