import { expect } from 'chai';
import pg from 'pg';
import { migrate, seed, undo } from '../../src/platform/database/migrator.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { rejection } from '../support/rejection.js';

const MIGRATION = '20261129100000-create-billing.cjs';
const STAFF = '01999999-0002-7000-8000-000000000002';

/** A payment in each state, one for each of the first priced appointments. */
const PAYMENTS = `
  INSERT INTO appointment_payments (id, appointment_id, method, amount, currency, status, card_last4, request_handle, created_by,
    created_at, updated_at)
  SELECT gen_random_uuid(), a.id, p.method, a.price_amount, a.price_currency, p.status,
    CASE p.method WHEN 'card' THEN '4242' END, 'handle', '${STAFF}', '2026-11-21T09:00:00Z', '2026-11-21T10:00:00Z'
  FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM appointments WHERE price_amount IS NOT NULL) AS a
  JOIN (VALUES (1, 'card', 'processing'), (2, 'card', 'captured'), (3, 'card', 'declined'), (4, 'card', 'failed'),
    (5, 'desk', 'captured')) AS p (n, method, status) ON p.n = a.n`;

describe('the migration that creates billing', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const url = () => database.ownerUrl;
  const rowsOf = async (sql: string) => (await client.query<object>(sql)).rows;

  beforeEach(async () => {
    database = await createTestDatabase();
    await seed({ url: url() });
    await undo({ url: url(), to: MIGRATION });
    client = new pg.Client({ connectionString: url() });
    await client.connect();
    await client.query(PAYMENTS);
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  it('moves the payments of appointments in every state, and moves them back', async () => {
    const before = await rowsOf('SELECT * FROM appointment_payments ORDER BY id');
    expect(before).to.have.length(5);
    await migrate({ url: url() });
    expect(
      await rowsOf(
        `SELECT p.status, p.method, p.request_handle AS handle, p.settled_at AS settled, p.payer_id IS NOT DISTINCT FROM f.user_id AS "isPatient"
         FROM billing_payments p JOIN appointments a ON a.id = p.origin_id JOIN patients f ON f.id = a.patient_id
         WHERE p.origin_type = 'appointment' ORDER BY p.method, p.status`,
      ),
    ).to.deep.equal(
      (
        [
          ['captured', 'card'],
          ['declined', 'card'],
          ['failed', 'card'],
          ['processing', 'card'],
          ['captured', 'desk'],
        ] as const
      ).map(([status, method]) => ({
        status,
        method,
        handle: status === 'processing' ? 'handle' : null,
        settled: status === 'processing' ? null : new Date('2026-11-21T10:00:00Z'),
        isPatient: true,
      })),
    );
    await undo({ url: url(), to: MIGRATION });
    const after = await rowsOf('SELECT * FROM appointment_payments ORDER BY id');
    // A settled payment has no use for the handle of its request, and a processing one was never updated.
    const withoutDetails = (rows: object[]) =>
      rows.map((row) => ({ ...row, request_handle: null, updated_at: null }));
    expect(withoutDetails(after)).to.deep.equal(withoutDetails(before));
  });

  it('is not undone when that would lose a refund', async () => {
    await migrate({ url: url() });
    await client.query(
      `INSERT INTO billing_refunds (id, payment_id, origin_type, origin_id, method, amount, currency, reason, status, created_at)
       SELECT gen_random_uuid(), id, origin_type, origin_id, 'desk', 1, currency, 'late', 'pending', now()
       FROM billing_payments WHERE origin_type = 'appointment' AND status = 'captured' LIMIT 1`,
    );
    expect(String(await rejection(undo({ url: url(), to: MIGRATION })))).to.include(
      'the version before cannot hold refunds of appointments',
    );
    expect(await rowsOf('SELECT 1 FROM billing_refunds')).to.have.length(1);
  });
});
