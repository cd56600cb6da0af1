import { expect } from 'chai';
import { DAY, plus } from '../../src/kernel/clock.js';
import { changeDoctor, restoreDoctor } from '../../src/clinic/domain/doctor.js';
import { aDoctor } from '../support/builders/clinic.js';
import { pointersOf } from '../support/expect-code.js';
import { type Clinic, openClinic, OTHER, UNKNOWN_ID } from './world.js';

const page = { limit: 10 };

describe('a doctor', () => {
  let clinic: Clinic;
  let doctorId: string;
  beforeEach(async () => {
    clinic = await openClinic();
    ({ doctorId } = clinic);
  });
  const change = (changes: Parameters<Clinic['changeDoctor']>[0]['changes'], expectedVersion?: number) =>
    clinic.changeDoctor({ doctorId, changes, expectedVersion });

  it('is created active, with trimmed texts', async () => {
    const details = {
      name: 'Dr. Jana Roth',
      email: 'roth@praxis.test',
      specialty: 'Dermatology',
      timeZone: 'Europe/Berlin',
      userId: OTHER.userId,
    };
    const made = await clinic.addDoctor({ ...details, name: ' Dr. Jana Roth ', specialty: ' Dermatology ' });
    const now = clinic.clock.now();
    expect(made).to.deep.equal({
      id: made.id,
      ...details,
      isActive: true,
      hoursVersion: 1,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    expect(made).to.satisfy(Object.isFrozen);
    expect(await clinic.viewDoctor({ isStaff: false, doctorId: made.id })).to.deep.equal(made);
  });

  it('has a name and optionally a specialty of one line each, and a user account of no other doctor', async () => {
    for (const [details, pointer] of [
      [{ name: ' ' }, '/name'],
      [{ specialty: '' }, '/specialty'],
      [{ specialty: 'a\nb' }, '/specialty'],
      [{ userId: UNKNOWN_ID }, '/userId'],
    ] as const) {
      const error = await clinic.refuses(async () => clinic.doctor(details), 'validation');
      expect(pointersOf(error)).to.deep.equal([pointer]);
      expect(pointersOf(await clinic.refuses(() => change(details), 'validation'))).to.deep.equal([pointer]);
    }
    await clinic.doctor({ userId: OTHER.userId });
    await clinic.refuses(() => clinic.doctor({ userId: OTHER.userId }), 'doctor-account-taken');
    await clinic.refuses(() => change({ userId: OTHER.userId }), 'doctor-account-taken');
  });

  it('changes the given fields and checks the expected version', async () => {
    const before = await clinic.viewDoctor({ isStaff: true, doctorId });
    clinic.clock.advance(DAY);
    expect(await change({ specialty: ' Dermatology ' }, before.version)).to.deep.equal({
      ...before,
      specialty: 'Dermatology',
      updatedAt: clinic.clock.now(),
      version: before.version + 1,
    });
    await clinic.refuses(() => change({}, before.version), 'version-mismatch');
    await clinic.refuses(
      () => clinic.changeDoctor({ doctorId: UNKNOWN_ID, changes: {}, expectedVersion: null }),
      'not-found',
    );
  });

  it('that is inactive is visible to staff only', async () => {
    const list = async (isStaff: boolean) =>
      (await clinic.listDoctors({ isStaff, page })).items.map(({ id }) => id);
    expect(await list(false)).to.deep.equal([doctorId]);
    await change({ isActive: false });
    expect(await list(false)).to.deep.equal([]);
    expect(await list(true)).to.deep.equal([doctorId]);
    await clinic.refuses(() => clinic.viewDoctor({ isStaff: false, doctorId }), 'not-found');
    expect((await clinic.viewDoctor({ isStaff: true, doctorId })).isActive).to.equal(false);
    await clinic.refuses(() => clinic.viewDoctor({ isStaff: true, doctorId: UNKNOWN_ID }), 'not-found');
  });

  it('is deleted only if there never was an appointment', async () => {
    const remove = (id: string, expectedVersion?: number) =>
      clinic.removeDoctor({ doctorId: id, expectedVersion });
    const unused = await clinic.doctor();
    await clinic.refuses(() => remove(unused, 9), 'version-mismatch');
    await remove(unused, 1);
    await clinic.refuses(() => remove(unused), 'not-found');
    await clinic.cancel((await clinic.book()).id);
    await clinic.refuses(() => remove(doctorId), 'doctor-has-appointments');
  });

  it('is not restored from contradictory values, and never moves updatedAt back', () => {
    const sound = aDoctor({ specialty: 'Dermatology' });
    for (const changes of [
      { name: '' },
      { specialty: '' },
      { hoursVersion: 0 },
      { version: 0 },
      { updatedAt: plus(sound.createdAt, -1) },
    ])
      expect(() => restoreDoctor({ ...sound, ...changes }), JSON.stringify(changes)).to.throw(
        `corrupt doctor ${sound.id}`,
      );
    const slow = plus(sound.createdAt, -1);
    expect(changeDoctor(sound, {}, slow).updatedAt).to.deep.equal(sound.updatedAt);
  });
});
