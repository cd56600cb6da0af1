import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import sinon from 'sinon';
import type { BookAppointment } from '../../src/clinic/application/book-appointment.js';
import type { FindSlots } from '../../src/clinic/application/find-slots.js';
import type { ClinicQueries } from '../../src/clinic/application/ports.js';
import { CONTEXTS } from '../../src/contexts.js';
import { DAY, plus } from '../../src/kernel/clock.js';
import { runIntegrityChecks } from '../../src/platform/database/integrity.js';
import { seed } from '../../src/platform/database/migrator.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { MOMENTS, type Moment } from './moments.js';

type Cradle = Readonly<{
  sequelize: Sequelize;
  clinicQueries: ClinicQueries;
  findSlots: FindSlots;
  bookAppointment: BookAppointment;
}>;

const MEMBER = { userId: '01999999-0003-7000-8000-000000000003', isStaff: false };
const INTEGRITY_CHECKS = CONTEXTS.flatMap(({ integrityChecks = [] }) => integrityChecks);

/** Columns with past instants. Columns with future ones have other names: starts_at, expires_at, publish_at. */
const PAST_COLUMNS = [
  'created_at',
  'updated_at',
  'at',
  'posted_at',
  'effective_at',
  'settled_at',
  'approved_at',
  'trusted_at',
  'email_verified_at',
  'disabled_at',
];
/** Written by PostgreSQL's own clock, which this test does not set. */
const TABLES_OF_THE_SERVER = ['jobs', 'recurring_jobs'];

describe('the demo practice', () => {
  let clock: sinon.SinonFakeTimers | undefined;
  let postgres: OnPostgres<Cradle> | undefined;
  const timeZone = process.env['TZ'];

  /** Seeds and a container whose clocks, and the process's time zone, show the moment. */
  async function openAt({ at, timeZone: zone }: Moment): Promise<Cradle> {
    process.env['TZ'] = zone;
    clock = sinon.useFakeTimers({ now: new Date(at), toFake: ['Date'] });
    postgres = await openOnPostgres<Cradle>({ clock: { now: () => new Date(at) } });
    await seed({ url: postgres.ownerUrl });
    return postgres.cradle;
  }

  afterEach(async () => {
    clock?.restore();
    await postgres?.close();
    [clock, postgres] = [undefined, undefined];
    if (timeZone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = timeZone;
  });

  const select = <Row extends object>({ sequelize }: Cradle, sql: string, bind: unknown[] = []) =>
    sequelize.query<Row>(sql, { bind, type: QueryTypes.SELECT });

  async function happenedAfter(cradle: Cradle, at: string): Promise<string[]> {
    const columns = await select<{ table: string; column: string }>(
      cradle,
      `SELECT table_name AS table, column_name AS column FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type LIKE 'timestamp%'
         AND column_name = ANY ($1) AND table_name <> ALL ($2)`,
      [PAST_COLUMNS, TABLES_OF_THE_SERVER],
    );
    expect(columns.length).to.be.greaterThan(20);
    const union = columns
      .map(
        ({ table, column }) => `SELECT '${table}.${column}' AS name FROM "${table}" WHERE "${column}" > $1`,
      )
      .join(' UNION ');
    return (await select<{ name: string }>(cradle, union, [at])).map(({ name }) => name);
  }

  async function expectFilledLists(cradle: Cradle, now: Date): Promise<void> {
    const { clinicQueries } = cradle;
    const weekMs = 7 * DAY;
    for (const [range, least] of [
      [{ from: plus(now, -weekMs), to: now }, 20],
      [{ from: now, to: plus(now, weekMs) }, 20],
    ] as const)
      expect((await clinicQueries.appointments(range, { limit: 100 })).items.length).to.be.greaterThan(least);
    const [counts] = await select<Record<string, string>>(
      cradle,
      `SELECT count(*) FILTER (WHERE starts_at > $1 AND p.user_id = $2) AS "members upcoming appointments",
         count(*) FILTER (WHERE starts_at < $1 AND p.user_id = $2) AS "members past appointments",
         count(*) FILTER (WHERE starts_at > $1 AND status = 'requested') AS "requests to approve",
         count(*) FILTER (WHERE status = 'fulfilled') AS fulfilled, count(*) FILTER (WHERE status = 'noShow') AS "no-shows",
         count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
         (SELECT count(*) FROM cash_transactions WHERE description = 'Rent') AS rents,
         (SELECT count(*) FROM cash_transactions WHERE description = 'Wages') AS wages,
         (SELECT count(*) FROM cash_transactions WHERE refund_of IS NOT NULL) AS refunds,
         (SELECT count(*) FROM cash_holds WHERE status = 'open' AND expires_at > $1) AS holds,
         (SELECT count(*) FROM orders WHERE status = 'pending' AND expires_at > $1) AS "unpaid orders",
         (SELECT count(*) FROM cards WHERE user_id = $2 AND (exp_year, exp_month) >=
            (extract(year FROM $1::timestamptz AT TIME ZONE 'UTC'), extract(month FROM $1::timestamptz AT TIME ZONE 'UTC'))
         ) AS "good cards",
         (SELECT count(*) FROM posts WHERE status = 'scheduled' AND publish_at > $1) AS "scheduled posts",
         (SELECT count(*) FROM posts WHERE status = 'published' AND publish_at <= $1) AS "published posts"
       FROM appointments a JOIN patients p ON p.id = a.patient_id`,
      [now, MEMBER.userId],
    );
    expect(Object.keys(counts ?? {})).to.have.length(14);
    const empty = Object.entries(counts ?? {}).filter(([, count]) => Number(count) === 0);
    expect(empty.map(([name]) => name)).to.deep.equal([]);
    expect(Number(counts?.['rents'])).to.equal(3);
    expect(Number(counts?.['wages'])).to.equal(3);
  }

  it('is tested at 60 moments or more, in every zone', () => {
    expect(new Set(MOMENTS.map(({ at }) => at)).size)
      .to.equal(MOMENTS.length)
      .and.be.at.least(60);
    expect(new Set(MOMENTS.map(({ timeZone: zone }) => zone)).size).to.equal(5);
  });

  for (const moment of MOMENTS)
    it(`is consistent, complete and bookable on ${moment.at} in ${moment.timeZone}: ${moment.name}`, async () => {
      const cradle = await openAt(moment);
      const now = new Date(moment.at);
      const findings = await runIntegrityChecks(cradle.sequelize, INTEGRITY_CHECKS);
      expect(findings.filter(({ ok }) => !ok)).to.deep.equal([]);
      expect(await happenedAfter(cradle, moment.at)).to.deep.equal([]);
      const early = await select(
        cradle,
        `SELECT id FROM appointments WHERE status IN ('arrived', 'fulfilled', 'noShow') AND ends_at > $1`,
        [now],
      );
      expect(early).to.deep.equal([]);
      const below = await select(
        cradle,
        `SELECT a.id FROM cash_postings p JOIN cash_amounts a ON a.id = p.amount_id WHERE p.amount_after < a.floor`,
      );
      expect(below, 'an envelope fell below its floor').to.deep.equal([]);
      await expectFilledLists(cradle, now);

      const page = { limit: 100 };
      const types = (await cradle.clinicQueries.appointmentTypes(page)).items;
      const consultation = types.find(({ name }) => name === 'Consultation');
      const doctors = (await cradle.clinicQueries.doctors({ activeOnly: true }, page)).items;
      expect(doctors).to.have.length(3);
      for (const { id: doctorId } of doctors) {
        const query = { doctorId, appointmentTypeId: consultation!.id, from: now, to: plus(now, 28 * DAY) };
        const [offered] = await cradle.findSlots({ ...query, caller: MEMBER });
        const [anonymous] = await cradle.findSlots({ ...query, caller: null });
        expect(offered, 'the first free start is one for the demo member too').to.deep.equal(anonymous);
      }
      const [doctor] = doctors;
      const request = { doctorId: doctor!.id, appointmentTypeId: consultation!.id };
      const [first] = await cradle.findSlots({
        ...request,
        caller: MEMBER,
        from: now,
        to: plus(now, 28 * DAY),
      });
      const booked = await cradle.bookAppointment({
        ...request,
        caller: MEMBER,
        startsAt: first!.startsAt,
        reason: null,
        overrideHours: false,
      });
      expect(booked.status).to.equal('booked');
    });
});
