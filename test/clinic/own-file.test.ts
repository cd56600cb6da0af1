import { expect } from 'chai';
import type { PatientDetails } from '../../src/clinic/application/ports.js';
import { anonymise, type Patient } from '../../src/clinic/domain/patient.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { type Clinic, eur, MEMBER, monday, openClinic, OTHER, STAFF } from './world.js';

const DETAILS: PatientDetails = {
  name: 'Mara Member',
  email: 'mara@praxis.test',
  phone: '+49 30 123456',
  birthDate: '1990-02-28',
};

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
