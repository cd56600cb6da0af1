import { expect } from 'chai';
import { DAY, plus } from '../../src/kernel/clock.js';
import type { AppointmentView } from '../../src/clinic/application/ports.js';
import { pointersOf } from '../support/expect-code.js';
import { changesOf } from './changes-of.js';
import { type Clinic, MEMBER, monday, openClinic, OTHER, STAFF, UNKNOWN_ID } from './world.js';

const LONG = 'x'.repeat(2001);

describe('an appointment', () => {
  let clinic: Clinic;
  let booked: AppointmentView;
  beforeEach(async () => {
    clinic = await openClinic();
    booked = await clinic.book();
  });
  const { resource, mailed, recorded } = changesOf(() => ({ clinic, booked }));

  describe('that is cancelled', () => {
    type Cancel = Parameters<Clinic['cancelAppointment']>[0];
    const cancel = (changes: Partial<Cancel> = {}) =>
      clinic.cancelAppointment({
        caller: MEMBER,
        appointmentId: booked.id,
        reason: null,
        expectedVersion: undefined,
        ...changes,
      });
    const refused = (code: string, changes: Partial<Cancel> = {}) =>
      clinic.refuses(() => cancel(changes), code);

    it('frees its time, and writes a history entry and a mail', async () => {
      const cancelled = await cancel({ reason: ' better ', expectedVersion: booked.version });
      expect(cancelled).to.deep.equal({
        ...booked,
        status: 'cancelled',
        cancelledBy: 'patient',
        cancelReason: 'better',
        revision: 2,
        version: 2,
      });
      expect(recorded()).to.deep.equal([['booked', 'cancelled', MEMBER.userId]]);
      expect(mailed()).to.deep.equal([['cancelled']]);
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([]);
      await clinic.book({ caller: OTHER });
    });

    it('by staff counts as cancelled by the practice, and the access is logged', async () => {
      expect((await cancel({ caller: STAFF })).cancelledBy).to.equal('practice');
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([
        [STAFF.userId, 'cancel-appointment', resource()],
      ]);
    });

    it('may be cancelled until the present deadline of its type, by staff also later', async () => {
      const deadline = plus(monday('09:00'), -DAY);
      clinic.goTo(plus(deadline, 1));
      const error = await refused('change-window-closed');
      expect(error.details).to.deep.equal({ deadline: deadline.toISOString() });
      await clinic.changeAppointmentType({
        typeId: clinic.typeId,
        changes: { cancelNoticeMinutes: 30 },
        expectedVersion: null,
      });
      clinic.goTo(plus(monday('08:30'), 1));
      await refused('change-window-closed');
      clinic.goTo(monday('08:30'));
      const another = await clinic.book({ caller: OTHER, startsAt: monday('10:00') });
      await cancel();
      clinic.goTo(monday('09:59'));
      expect((await cancel({ caller: STAFF, appointmentId: another.id })).status).to.equal('cancelled');
    });

    it('has to be the caller’s, of the expected version, and cancellable', async () => {
      await refused('not-found', { caller: OTHER });
      await refused('not-found', { appointmentId: UNKNOWN_ID });
      await refused('version-mismatch', { expectedVersion: booked.version + 1 });
      expect(pointersOf(await refused('validation', { reason: LONG }))).to.deep.equal(['/reason']);
      await cancel({ expectedVersion: null });
      const error = await refused('invalid-transition');
      expect(error.details).to.deep.equal({ from: 'cancelled', to: 'cancelled', allowed: [] });
    });

    it('may be cancelled by staff only after the patient arrived', async () => {
      await clinic.advance(booked.id, 'arrived');
      clinic.goTo(monday('09:10'));
      await refused('change-window-closed');
      await cancel({ caller: STAFF });
    });
  });

  describe('that staff advance', () => {
    it('writes a history entry and logs the access', async () => {
      const arrived = await clinic.advance(booked.id, 'arrived');
      expect(arrived).to.deep.equal({ ...booked, status: 'arrived', revision: 2, version: 2 });
      await clinic.advance(booked.id, 'fulfilled');
      expect(recorded()).to.deep.equal([
        ['booked', 'arrived', STAFF.userId],
        ['arrived', 'fulfilled', STAFF.userId],
      ]);
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([
        [STAFF.userId, 'receive-patient', resource()],
        [STAFF.userId, 'finish-appointment', resource()],
      ]);
      expect(mailed(), 'a visit that took place sends no mail').to.deep.equal([]);
    });

    it('enqueues a mail when a request is confirmed or declined', async () => {
      const appointmentTypeId = await clinic.type({ needsApproval: true });
      const wish = { caller: OTHER, appointmentTypeId };
      const confirmed = await clinic.book({ ...wish, startsAt: monday('10:00') });
      const declined = await clinic.book({ ...wish, startsAt: monday('11:00') });
      await clinic.advance(confirmed.id, 'booked');
      await clinic.advance(declined.id, 'declined');
      expect(clinic.mails(confirmed.id)).to.deep.equal([
        ['requested'],
        ['booked'],
        ['reminder', new Date('2026-11-22T10:00:00.000Z')],
      ]);
      expect(clinic.mails(declined.id)).to.deep.equal([['requested'], ['declined']]);
      expect(clinic.accesses(confirmed.patient.id)).to.deep.equal([
        [STAFF.userId, 'confirm-appointment', `/v1/appointments/${confirmed.id}`],
        [STAFF.userId, 'decline-appointment', `/v1/appointments/${declined.id}`],
      ]);
      await clinic.book({ startsAt: monday('11:00') });
    });

    it('frees its time as a no-show, and takes it back when the patient arrives late', async () => {
      clinic.goTo(monday('09:00'));
      await clinic.advance(booked.id, 'noShow');
      expect(clinic.accesses(booked.patient.id)).to.deep.equal([[STAFF.userId, 'note-no-show', resource()]]);
      expect((await clinic.advance(booked.id, 'arrived')).status).to.equal('arrived');
    });

    it('is refused to a late patient if the time is taken or the patient is busy', async () => {
      clinic.goTo(monday('09:00'));
      await clinic.advance(booked.id, 'noShow');
      const override = { caller: STAFF, overrideHours: true };
      const { id: patientId } = await clinic.patient();
      const instead = await clinic.book({ ...override, patientId });
      await clinic.refuses(() => clinic.advance(booked.id, 'arrived'), 'slot-taken');
      await clinic.cancel(instead.id, STAFF);
      const doctorId = await clinic.doctor();
      await clinic.book({ ...override, patientId: booked.patient.id, doctorId });
      await clinic.refuses(() => clinic.advance(booked.id, 'arrived'), 'patient-busy');
    });

    it('locks doctor, patient and appointment, in this order, before a no-show becomes live', async () => {
      const locks: string[] = [];
      const advance = clinic.using({
        clinicUnitOfWork: clinic.withConcurrentChange(({ doctors, patients, appointments }) => ({
          doctors: {
            ...doctors,
            lock: (ids) => {
              locks.push(...ids);
              return doctors.lock(ids);
            },
          },
          patients: {
            ...patients,
            lock: (id) => {
              locks.push(id);
              return patients.lock(id);
            },
          },
          appointments: {
            ...appointments,
            lock: (id) => {
              locks.push(id);
              return appointments.lock(id);
            },
          },
        })),
      }).advanceAppointment;
      const command = { caller: STAFF, appointmentId: booked.id, expectedVersion: null };
      clinic.goTo(monday('09:00'));
      await advance({ ...command, to: 'noShow' });
      expect(locks.splice(0), 'what frees a time needs only the appointment').to.deep.equal([booked.id]);
      await advance({ ...command, to: 'arrived' });
      expect(locks).to.deep.equal([clinic.doctorId, booked.patient.id, booked.id]);
    });

    it('has to exist, in the expected version, and allow the transition', async () => {
      const advance = (expectedVersion: number | null, appointmentId = booked.id) =>
        clinic.advanceAppointment({ caller: STAFF, appointmentId, to: 'noShow', expectedVersion });
      await clinic.refuses(() => advance(null, UNKNOWN_ID), 'not-found');
      await clinic.refuses(() => clinic.advance(UNKNOWN_ID, 'arrived'), 'not-found');
      await clinic.refuses(() => advance(booked.version + 1), 'version-mismatch');
      const error = await clinic.refuses(() => advance(null), 'invalid-transition');
      expect(error.details).to.deep.equal({
        from: 'booked',
        to: 'noShow',
        allowed: ['arrived', 'cancelled'],
      });
      clinic.goTo(monday('09:00'));
      await advance(booked.version);
    });
  });
});
