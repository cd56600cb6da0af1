import { expect } from 'chai';
import { type Clinic, MEMBER, monday, openClinic, OTHER, STAFF, UNKNOWN_ID } from './world.js';

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
