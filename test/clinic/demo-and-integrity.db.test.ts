import { expect } from 'chai';
import { billingIntegrityChecks } from '../../src/billing/infrastructure/sequelize/integrity-checks.js';
import { clinicIntegrityChecks } from '../../src/clinic/infrastructure/sequelize/integrity-checks.js';
import { CONTEXTS } from '../../src/contexts.js';
import { runIntegrityChecks } from '../../src/platform/database/integrity.js';
import { seed, undoSeeds } from '../../src/platform/database/migrator.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import {
  type ClinicCradle,
  givenDoctor,
  givenPatient,
  givenType,
  givenUser,
  onMonday,
} from '../support/clinic-world.js';
import { execute } from '../support/postgres.js';
import { query } from '../support/query.js';

const CHECKS = [...clinicIntegrityChecks, ...billingIntegrityChecks];

describe('the data of the clinic', () => {
  let postgres: OnPostgres<ClinicCradle>;
  beforeEach(async () => {
    postgres = await openOnPostgres<ClinicCradle>();
  });
  afterEach(() => postgres.close());

  const brokenChecks = async (): Promise<string[]> => {
    const findings = await runIntegrityChecks(postgres.cradle.sequelize, CHECKS);
    expect(findings).to.have.length(CHECKS.length);
    return findings.filter(({ ok }) => !ok).map(({ name, broken }) => `${name}: ${broken.join(' ')}`);
  };

  it('passes every integrity check after seeding, has appointments around today, and is removed by undoing the seeds', async () => {
    await seed({ url: postgres.ownerUrl });
    expect(await brokenChecks()).to.deep.equal([]);
    const { clinicQueries } = postgres.cradle;
    const page = { limit: 100 };
    expect((await clinicQueries.doctors({ activeOnly: true }, page)).items).to.have.length(3);
    expect((await clinicQueries.patients({}, page)).items).to.have.length(15);
    const now = Date.now();
    const weekMs = 7 * 86_400_000;
    for (const range of [
      { from: new Date(now - weekMs), to: new Date(now) },
      { from: new Date(now), to: new Date(now + weekMs) },
    ])
      expect((await clinicQueries.appointments(range, page)).items.length).to.be.greaterThan(20);
    const [doctor] = (await clinicQueries.doctors({ activeOnly: true }, page)).items;
    expect((await clinicQueries.patientsOfDoctor(doctor!.id, page))!.items.length).to.be.greaterThan(5);
    await undoSeeds({ url: postgres.ownerUrl });
    for (const table of [
      'doctors',
      'appointment_types',
      'patients',
      'appointments',
      'appointment_history',
      'time_off',
    ])
      expect((await query(postgres.ownerUrl, `SELECT 1 FROM ${table}`)).rows, table).to.deep.equal([]);
  });

  describe('is reported by the integrity checks when it contains', () => {
    const booked = async (price: number | null = null) => {
      const { cradle } = postgres;
      const staff = await givenUser(cradle, 'staff');
      const [doctorId, appointmentTypeId] = [
        await givenDoctor(cradle),
        await givenType(cradle, { price: price === null ? null : { amount: price, currency: 'EUR' } }),
      ];
      const book = async (minutes: number, patientId?: string) =>
        cradle.bookAppointment({
          caller: staff,
          doctorId,
          appointmentTypeId,
          startsAt: onMonday(minutes),
          patientId: patientId ?? (await givenPatient(cradle, staff)),
          reason: 'A reason',
          overrideHours: false,
        });
      return { staff, book, first: await book(0), second: await book(30) };
    };
    const breaks = (...statements: string[]) =>
      execute(postgres.ownerUrl, 'BEGIN', "SET LOCAL praxis.maintenance = 'on'", ...statements, 'COMMIT');

    it('overlapping appointments of a doctor', async () => {
      const { first, second } = await booked();
      expect(await brokenChecks()).to.deep.equal([]);
      await breaks(
        'ALTER TABLE appointments DROP CONSTRAINT appointments_doctor_busy',
        `UPDATE appointments SET busy_from = busy_from - interval '1 minute' WHERE id = '${second.id}'`,
      );
      expect(await brokenChecks()).to.deep.equal([
        `no-doctor-taken-twice: ${[first.id, second.id].sort().join(' ')}`,
      ]);
    });

    it('overlapping appointments of a patient', async () => {
      const { first, second } = await booked();
      await breaks(
        'ALTER TABLE appointments DROP CONSTRAINT appointments_patient_busy',
        'ALTER TABLE appointments DROP CONSTRAINT appointments_doctor_busy',
        `UPDATE appointments SET patient_id = '${first.patient.id}', ends_at = ends_at + interval '30 minutes',
           busy_until = busy_until + interval '30 minutes'`,
      );
      expect((await brokenChecks()).map((finding) => finding.split(':')[0])).to.deep.equal([
        'no-doctor-taken-twice',
        'no-patient-in-two-places',
      ]);
      expect(second.id).not.to.equal(first.id);
    });

    it('a status without a history entry, or a history entry that does not follow from the one before', async () => {
      const { first } = await booked();
      await breaks(`UPDATE appointments SET status = 'arrived' WHERE id = '${first.id}'`);
      expect(await brokenChecks()).to.deep.equal([`history-ends-in-the-present: ${first.id}`]);
      await breaks(
        `INSERT INTO appointment_history (appointment_id, at, from_status, to_status, starts_at)
         SELECT id, now(), 'noShow', status, starts_at FROM appointments WHERE id = '${first.id}'`,
      );
      expect(await brokenChecks()).to.deep.equal([`history-without-gaps: ${first.id}`]);
    });

    it('a reason at an anonymised patient, or two patient files of one member', async () => {
      const { staff, first, second } = await booked();
      await postgres.cradle.anonymisePatient({
        actorId: staff.userId,
        patientId: first.patient.id,
        expectedVersion: null,
      });
      expect(await brokenChecks()).to.deep.equal([]);
      await breaks(
        `UPDATE appointments SET reason = 'Written again' WHERE id = '${first.id}'`,
        'ALTER TABLE patients DROP CONSTRAINT patients_user_id_key',
        `UPDATE patients SET user_id = '${staff.userId}' WHERE anonymised_at IS NULL`,
        `INSERT INTO patients SELECT gen_random_uuid(), user_id, name, email, phone, birth_date, anonymised_at, created_at,
           updated_at, version FROM patients WHERE id = '${second.patient.id}'`,
      );
      expect(await brokenChecks()).to.deep.equal([
        `nothing-written-about-anonymised-patients: ${first.id}`,
        `one-patient-file-a-member: ${staff.userId}`,
      ]);
    });

    it('a payment that differs from the ledger or from the price', async () => {
      const { staff, first } = await booked(4500);
      await postgres.cradle.payAppointment({
        caller: staff,
        appointmentId: first.id,
        method: 'desk',
        cardId: null,
      });
      expect(await brokenChecks()).to.deep.equal([]);
      await breaks('ALTER TABLE billing_payments DISABLE TRIGGER USER');
      await breaks('UPDATE billing_payments SET amount = 4400');
      expect(await brokenChecks()).to.have.members([
        'clinic-income-equals-what-was-kept: clinic-income',
        `billing-payments-and-refunds-are-in-the-books: ${first.id}`,
        `appointment-payments-are-the-price: ${first.id}`,
      ]);
      await breaks('DELETE FROM billing_payments');
      expect(await brokenChecks()).to.have.members([
        'clinic-income-equals-what-was-kept: clinic-income',
        `billing-payments-and-refunds-are-in-the-books: ${first.id}`,
      ]);
    });
  });

  it('is part of the export of a member, notes of staff included', async () => {
    const { cradle } = postgres;
    const member = await givenUser(cradle);
    const doctorId = await givenDoctor(cradle);
    await cradle.bookAppointment({
      caller: member,
      doctorId,
      appointmentTypeId: await givenType(cradle),
      startsAt: onMonday(0),
      reason: 'My knee',
      overrideHours: false,
    });
    const part = CONTEXTS.map(({ exportMember }) => exportMember).find((each) => each?.section === 'patient');
    const record = JSON.stringify(await part?.collect(cradle as never, member.userId));
    expect(record).to.include('My knee').and.to.include('Mara Member').and.to.include('staffNote');
    expect(await part?.collect(cradle as never, doctorId)).to.equal(undefined);
  });
});
