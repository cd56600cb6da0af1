import { expect } from 'chai';
import { plus } from '../../src/kernel/clock.js';
import {
  type AppointmentType,
  changeAppointmentType,
  newAppointmentType,
  restoreAppointmentType,
  retireAppointmentType,
  TYPE_RANGES,
  type TypeDetails,
} from '../../src/clinic/domain/appointment-type.js';
import { aType } from '../support/builders/clinic.js';
import { pointersOf } from '../support/expect-code.js';
import { thrown } from '../support/thrown.js';
import { type Clinic, eur, monday, openClinic, STAFF } from './world.js';

const page = { limit: 10 };
const NOW = monday('08:00');

describe('an appointment type', () => {
  const DETAILS: TypeDetails = {
    name: 'Consultation',
    durationMinutes: 30,
    bufferBeforeMinutes: 5,
    bufferAfterMinutes: 10,
    minNoticeMinutes: 60,
    cancelNoticeMinutes: 120,
    maxReschedules: 2,
    price: eur(4500),
    needsApproval: true,
  };
  const made = (changes: Partial<TypeDetails> = {}): AppointmentType =>
    newAppointmentType('t', { ...DETAILS, ...changes }, 'EUR', NOW);

  it('has a trimmed name, durations, limits and an optional price', () => {
    expect(made({ name: ' Consultation ' })).to.deep.equal({
      id: 't',
      ...DETAILS,
      retiredAt: null,
      createdAt: NOW,
      updatedAt: NOW,
      version: 1,
    });
    expect(made()).to.satisfy(Object.isFrozen);
    expect(made({ price: null }).price).to.equal(null);
    expect(made({ price: eur(0) }).price).to.deep.equal(eur(0));
  });

  it('accepts whole numbers within the range of each field only', () => {
    expect(TYPE_RANGES).to.deep.equal({
      durationMinutes: [1, 1440],
      bufferBeforeMinutes: [0, 1440],
      bufferAfterMinutes: [0, 1440],
      minNoticeMinutes: [0, 366 * 1440],
      cancelNoticeMinutes: [0, 366 * 1440],
      maxReschedules: [0, 1000],
    });
    for (const [field, [least, most]] of Object.entries(TYPE_RANGES)) {
      made({ [field]: least });
      made({ [field]: most });
      for (const value of [least - 1, most + 1, least + 0.5])
        expect(pointersOf(thrown(() => made({ [field]: value }))), `${field} ${value}`).to.deep.equal([
          `/${field}`,
        ]);
    }
  });

  it('reports every invalid field, and refuses a currency other than that of the practice', () => {
    const error = thrown(() => made({ durationMinutes: 0, maxReschedules: -1, price: eur(-1) }));
    expect(pointersOf(error)).to.deep.equal(['/durationMinutes', '/maxReschedules', '/price/amount']);
    expect(pointersOf(thrown(() => made({ price: eur(0.5) })))).to.deep.equal(['/price/amount']);
    expect(pointersOf(thrown(() => made({ name: ' ' })))).to.deep.equal(['/name']);
    const foreign = thrown(() => made({ price: { amount: 1, currency: 'USD' } }));
    expect(foreign).to.include({ kind: 'invalid', code: 'currency-mismatch' });
    expect(foreign.details).to.deep.equal({ currency: 'EUR' });
  });

  it('changes the given fields, can be retired, and never moves updatedAt back', () => {
    const before = made();
    const later = plus(NOW, 1);
    const changed = changeAppointmentType(before, { price: null, name: ' Talk ' }, 'EUR', later);
    expect(changed).to.deep.equal({ ...before, price: null, name: 'Talk', updatedAt: later });
    expect(changeAppointmentType(changed, {}, 'EUR', NOW).updatedAt).to.deep.equal(later);
    expect(retireAppointmentType(before, later)).to.deep.equal({
      ...before,
      retiredAt: later,
      updatedAt: later,
    });
  });

  it('is not restored from contradictory values', () => {
    const sound = aType();
    for (const changes of [
      { name: '' },
      { durationMinutes: 0 },
      { price: eur(-1) },
      { version: 0 },
      { updatedAt: plus(sound.createdAt, -1) },
    ])
      expect(() => restoreAppointmentType({ ...sound, ...changes }), JSON.stringify(changes)).to.throw(
        `corrupt appointment type ${sound.id}`,
      );
  });

  describe('in the use cases', () => {
    let clinic: Clinic;
    let typeId: string;
    beforeEach(async () => {
      clinic = await openClinic();
      ({ typeId } = clinic);
    });
    const change = (changes: Partial<TypeDetails>, expectedVersion: number | null = null) =>
      clinic.changeAppointmentType({ typeId, changes, expectedVersion });
    const remove = (expectedVersion: number | null = null) =>
      clinic.removeAppointmentType({ typeId, expectedVersion });
    const list = async () => (await clinic.listAppointmentTypes({ page })).items.map(({ id }) => id);

    it('applies changed durations and prices to later bookings only', async () => {
      const booked = await clinic.book();
      const changed = await change({ durationMinutes: 60, price: eur(1), name: 'Talk' }, 1);
      expect(changed).to.deep.include({ durationMinutes: 60, price: eur(1), version: 2 });
      expect(await clinic.viewAppointmentType({ typeId })).to.deep.equal(changed);
      const { id: appointmentId } = booked;
      expect(await clinic.viewAppointment({ caller: STAFF, appointmentId })).to.deep.equal({
        ...booked,
        appointmentType: { id: typeId, name: 'Talk' },
      });
      await clinic.refuses(() => change({}, 1), 'version-mismatch');
      await clinic.refuses(() => change({ durationMinutes: 0 }), 'validation');
      await clinic.refuses(() => change({ price: { amount: 1, currency: 'USD' } }), 'currency-mismatch');
      await clinic.refuses(
        async () => clinic.type({ price: { amount: 1, currency: 'USD' } }),
        'currency-mismatch',
      );
    });

    it('is deleted if it was never booked', async () => {
      await clinic.refuses(() => remove(2), 'version-mismatch');
      await remove(1);
      expect(clinic.rows.types.all()).to.deep.equal([]);
      await clinic.refuses(() => clinic.viewAppointmentType({ typeId }), 'not-found');
      await clinic.refuses(() => remove(), 'not-found');
    });

    it('is retired if it was booked, and is then not found any more', async () => {
      await clinic.book();
      const other = await clinic.type({ name: 'Check-up' });
      expect(await list()).to.deep.equal([other, typeId]);
      await remove();
      expect(clinic.rows.types.get(typeId)).to.deep.include({ retiredAt: clinic.clock.now(), version: 2 });
      expect(await list()).to.deep.equal([other]);
      for (const gone of [() => clinic.viewAppointmentType({ typeId }), () => change({}), () => remove()])
        await clinic.refuses(gone, 'not-found');
    });
  });
});
