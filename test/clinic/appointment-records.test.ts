import { expect } from 'chai';
import type { AppointmentView } from '../../src/clinic/application/ports.js';
import { type Appointment, enteredInError } from '../../src/clinic/domain/appointment.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import { changesOf } from './changes-of.js';
import { type Clinic, eur, MEMBER, monday, openClinic, OTHER, STAFF, UNKNOWN_ID } from './world.js';

const LONG = 'x'.repeat(2001);

describe('an appointment', () => {
  let clinic: Clinic;
  let booked: AppointmentView;
  beforeEach(async () => {
    clinic = await openClinic();
    booked = await clinic.book();
  });
  const { resource, mailed, recorded } = changesOf(() => ({ clinic, booked }));

  describe('with texts', () => {
    type Texts = Partial<Parameters<Clinic['annotateAppointment']>[0]>;
    const annotate = (changes: Texts) =>
      clinic.annotateAppointment({
        caller: MEMBER,
        appointmentId: booked.id,
        expectedVersion: undefined,
        ...changes,
      });

    it('stores the reason and the note of staff without sending a mail', async () => {
      const reason = await annotate({ reason: ' a cough ', expectedVersion: 1 });
      expect(reason).to.deep.equal({ ...booked, reason: 'a cough', version: 2 });
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([]);
      const noted = await annotate({ caller: STAFF, staffNote: 'allergic' });
      expect(noted).to.include({ reason: 'a cough', staffNote: 'allergic', revision: 1 });
      expect(recorded()).to.deep.equal([
        ['booked', 'booked', MEMBER.userId],
        ['booked', 'booked', STAFF.userId],
      ]);
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([
        [STAFF.userId, 'annotate-appointment', resource()],
      ]);
      expect(mailed()).to.deep.equal([]);
      expect((await annotate({ reason: null })).reason).to.equal(null);
    });

    it('refuses another member, an older version and texts that are too long', async () => {
      const refused = (code: string, changes: Texts) => clinic.refuses(() => annotate(changes), code);
      await refused('not-found', { caller: OTHER, reason: 'x' });
      await refused('not-found', { caller: OTHER, staffNote: 'x' });
      await refused('version-mismatch', { reason: 'x', expectedVersion: 2 });
      for (const staffNote of ['x', null])
        expect(pointersOf(await refused('validation', { staffNote }))).to.deep.equal(['/staffNote']);
      expect(pointersOf(await refused('validation', { reason: LONG }))).to.deep.equal(['/reason']);
    });
  });

  describe('entered in error', () => {
    const remove = (expectedVersion: number | null = null, appointmentId = booked.id) =>
      clinic.removeAppointment({ caller: STAFF, appointmentId, expectedVersion });

    it('is not found any more, frees its time, and keeps its history', async () => {
      await clinic.refuses(() => remove(booked.version + 1), 'version-mismatch');
      await remove(booked.version);
      const read = { appointmentId: booked.id, caller: STAFF };
      for (const gone of [
        () => clinic.viewAppointment(read),
        () => clinic.listAppointmentHistory({ ...read, page: { limit: 1 } }),
        () => remove(),
        () => clinic.cancel(booked.id, STAFF),
      ])
        await clinic.refuses(gone, 'not-found');
      expect(clinic.stored(booked.id)).to.deep.include({ deletedAt: clinic.clock.now(), status: 'booked' });
      expect(recorded()).to.deep.equal([['booked', 'booked', STAFF.userId]]);
      await clinic.book({ caller: OTHER });
    });

    it('cannot be deleted with an effective payment', async () => {
      const appointmentTypeId = await clinic.type({ price: eur(4500) });
      const pay = (appointmentId: string) =>
        clinic.payAppointment({ caller: MEMBER, appointmentId, method: 'card', cardId: null });
      const priced = async (time: string) =>
        (await clinic.book({ appointmentTypeId, startsAt: monday(time) })).id;
      const paid = await priced('09:30');
      await pay(paid);
      await clinic.refuses(() => remove(null, paid), 'appointment-has-payments');
      clinic.gateway.next = 'lost';
      const inDoubt = await priced('10:00');
      await pay(inDoubt);
      await clinic.refuses(() => remove(null, inDoubt), 'appointment-has-payments');
      clinic.gateway.next = 'declined';
      const declined = await priced('10:30');
      await expectCode(pay(declined), 'card-declined');
      await remove(null, declined);
    });

    it('is not found if it was deleted between the read and the lock', async () => {
      for (const since of [
        () => undefined,
        (found: Appointment) => enteredInError(found, clinic.clock.now()),
      ]) {
        const removeTwice = clinic.using({
          clinicUnitOfWork: clinic.withConcurrentChange(({ appointments }) => ({
            appointments: {
              ...appointments,
              lock: async (id) => since((await appointments.lock(id))!),
            },
          })),
        }).removeAppointment;
        const command = { caller: STAFF, appointmentId: booked.id, expectedVersion: null };
        await clinic.refuses(() => removeTwice(command), 'not-found');
      }
    });
  });

  describe('that is read', () => {
    const page = { limit: 10 };

    it('is visible to the patient and staff only', async () => {
      const read = { appointmentId: booked.id };
      expect(await clinic.viewAppointment({ ...read, caller: MEMBER })).to.deep.equal(booked);
      expect(clinic.rows.access.all()).to.deep.equal([]);
      for (const gone of [
        () => clinic.viewAppointment({ ...read, caller: OTHER }),
        () => clinic.viewAppointment({ appointmentId: UNKNOWN_ID, caller: STAFF }),
        () => clinic.listAppointmentHistory({ ...read, caller: OTHER, page }),
      ])
        await clinic.refuses(gone, 'not-found');
      await clinic.viewAppointment({ ...read, caller: STAFF });
      const history = await clinic.listAppointmentHistory({ ...read, caller: STAFF, page });
      expect(history.items).to.have.length(1);
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([
        [STAFF.userId, 'read-appointment', resource()],
        [STAFF.userId, 'read-appointment-history', `${resource()}/history`],
      ]);
    });

    it('of a patient without an account is visible to staff only', async () => {
      const { id: patientId } = await clinic.patient();
      const { id } = await clinic.book({ caller: STAFF, patientId, startsAt: monday('10:00') });
      await clinic.refuses(() => clinic.viewAppointment({ caller: MEMBER, appointmentId: id }), 'not-found');
    });

    it('is listed for its patient and for staff, whose access is logged once per patient', async () => {
      await clinic.book({ startsAt: monday('10:00') });
      const others = await clinic.book({ caller: OTHER, startsAt: monday('11:00') });
      const list = async (caller: typeof MEMBER, filter = {}) =>
        (await clinic.listAppointments({ caller, filter, page })).items.map(({ startsAt }) =>
          startsAt.getUTCHours(),
        );
      expect(await list(MEMBER)).to.deep.equal([9, 10]);
      expect(await list(OTHER)).to.deep.equal([11]);
      expect(await list(OTHER, { patientId: booked.patient.id })).to.deep.equal([]);
      expect(clinic.rows.access.all()).to.deep.equal([]);
      expect(await list(STAFF)).to.deep.equal([9, 10, 11]);
      for (const { patient } of [booked, others])
        expect(clinic.accesses(patient.id)).to.deep.equal([
          [STAFF.userId, 'list-appointments', '/v1/appointments'],
        ]);
      expect(await list(STAFF, { from: monday('12:00') })).to.deep.equal([]);
      expect(clinic.rows.access.all(), 'an empty list tells of nobody').to.have.length(2);
    });

    it('is logged as read even if the response is lost', async () => {
      const crash = new Error('the answer is lost');
      const lost = clinic.clinicUnitOfWork.run(async () => {
        await clinic.viewAppointment({ caller: STAFF, appointmentId: booked.id });
        throw crash;
      });
      expect(await rejection(lost)).to.equal(crash);
      expect(clinic.accesses(booked.patient.id)).to.have.length(1);
    });

    it('cannot be read if the access cannot be logged', async () => {
      const failing = new Error('the log is full');
      const { appointmentId, caller } = { appointmentId: booked.id, caller: STAFF };
      const view = clinic.using({ accessAuditor: () => Promise.reject(failing) }).viewAppointment;
      expect(await rejection(view({ appointmentId, caller }))).to.equal(failing);
    });
  });
});
