import { expect } from 'chai';
import { restoreTimeOff } from '../../src/clinic/domain/time-off.js';
import { pointersOf } from '../support/expect-code.js';
import { type Clinic, monday, openClinic, OTHER, STAFF, UNKNOWN_ID } from './world.js';

const page = { limit: 10 };

describe('time off', () => {
  let clinic: Clinic;
  let doctorId: string;
  beforeEach(async () => {
    clinic = await openClinic();
    ({ doctorId } = clinic);
  });
  const add = (from: string, to: string, changes: Partial<Parameters<Clinic['addTimeOff']>[0]> = {}) =>
    clinic.addTimeOff({
      caller: STAFF,
      doctorId,
      startsAt: monday(from),
      endsAt: monday(to),
      note: null,
      ...changes,
    });

  it('returns the appointments it overlaps, buffers included, and logs the access to each patient', async () => {
    const appointmentTypeId = await clinic.type({ bufferAfterMinutes: 10 });
    const before = await clinic.book({ appointmentTypeId });
    const met = await clinic.book({ caller: OTHER, startsAt: monday('10:00') });
    const called = await clinic.book({ startsAt: monday('10:30') });
    await clinic.cancel(called.id);
    await clinic.book({ startsAt: monday('11:00') });
    const { timeOff, affected } = await add('09:35', '11:00', { note: ' a congress ' });
    expect(affected.map(({ id }) => id)).to.deep.equal([before.id, met.id]);
    expect(timeOff).to.deep.equal({
      id: timeOff.id,
      doctorId,
      startsAt: monday('09:35'),
      endsAt: monday('11:00'),
      note: 'a congress',
      createdAt: clinic.clock.now(),
    });
    for (const { patient } of [before, met])
      expect(clinic.accesses(patient.id)).to.deep.equal([
        [STAFF.userId, 'list-affected-appointments', `/v1/doctors/${doctorId}/time-off`],
      ]);
    expect(clinic.stored(met.id).status, 'it stays until staff move it').to.equal('booked');
  });

  it('is listed by start, and deleted under its own doctor only', async () => {
    const { timeOff: second } = await add('11:00', '12:00');
    const { timeOff: first } = await add('09:00', '10:00');
    const other = await clinic.doctor();
    await add('09:00', '10:00', { doctorId: other });
    const list = async () => (await clinic.listTimeOff({ doctorId, page })).items.map(({ id }) => id);
    expect(await list()).to.deep.equal([first.id, second.id]);
    const remove = (timeOffId: string, of = doctorId) => clinic.removeTimeOff({ doctorId: of, timeOffId });
    await clinic.refuses(() => remove(first.id, other), 'not-found');
    await remove(first.id);
    await clinic.refuses(() => remove(first.id), 'not-found');
    expect(await list()).to.deep.equal([second.id]);
    await clinic.book();
    await clinic.refuses(() => clinic.listTimeOff({ doctorId: UNKNOWN_ID, page }), 'not-found');
  });

  it('ends after it starts, is of a known doctor, and has a note of at most 2000 characters', async () => {
    const ends = await clinic.refuses(() => add('09:00', '09:00'), 'validation');
    expect(pointersOf(ends)).to.deep.equal(['/endsAt']);
    const long = await clinic.refuses(() => add('09:00', '10:00', { note: 'x'.repeat(2001) }), 'validation');
    expect(pointersOf(long)).to.deep.equal(['/note']);
    await clinic.refuses(() => add('09:00', '10:00', { doctorId: UNKNOWN_ID }), 'not-found');
    const { timeOff } = await add('09:00', '10:00');
    for (const changes of [{ endsAt: timeOff.startsAt }, { note: '' }])
      expect(() => restoreTimeOff({ ...timeOff, ...changes })).to.throw(`corrupt time off ${timeOff.id}`);
    expect(timeOff).to.satisfy(Object.isFrozen);
  });
});
