import { expect } from 'chai';
import pg from 'pg';
import { violatedConstraint } from '../../src/platform/database/errors.js';
import { insertObject } from '../support/insert-object.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { rejection } from '../support/rejection.js';

const USER = {
  id: '01930000-0000-7000-8000-000000000001',
  email: 'mara@praxis.test',
  full_name: 'Mara',
  role: 'member',
  created_at: '2026-11-21T09:00:00Z',
  updated_at: '2026-11-21T09:00:00Z',
  version: 1,
};
const REGISTRATION = {
  id: USER.id,
  email: USER.email,
  full_name: 'Mara',
  password_hash: 'x',
  attempts: 0,
  created_at: USER.created_at,
  expires_at: '2026-11-22T09:00:00Z',
};
const RESET = {
  id: USER.id,
  kind: 'reset',
  email: USER.email,
  created_at: USER.created_at,
  expires_at: REGISTRATION.expires_at,
};
const SESSION = {
  id: USER.id,
  user_id: USER.id,
  generation: 1,
  token_hash: 'x',
  created_at: USER.created_at,
  last_used_at: USER.created_at,
  expires_at: REGISTRATION.expires_at,
  absolute_expires_at: REGISTRATION.expires_at,
  ip: '',
  user_agent: '',
};
const CARD = {
  id: USER.id,
  user_id: USER.id,
  gateway_token: 'tok_visa_4242',
  fingerprint: 'f',
  brand: 'visa',
  last4: '4242',
  exp_month: 12,
  exp_year: 2029,
  is_default: true,
  created_at: USER.created_at,
  updated_at: USER.created_at,
  version: 1,
};
const CHANGE = {
  id: USER.id,
  user_id: USER.id,
  old_email: USER.email,
  new_email: 'new@praxis.test',
  created_at: USER.created_at,
  expires_at: REGISTRATION.expires_at,
};
const EVENT = { id: USER.id, at: USER.created_at, event: 'signed-in', ip: '', user_agent: '' };
const LATER = '2026-12-01T09:00:00Z';

/** For each table: a valid row, then changes that make it invalid, each with the violated constraint. */
const CASES: Readonly<Record<string, [object, ...[object, string][]]>> = {
  users: [
    USER,
    [{ email: 'Mara@praxis.test' }, 'users_email_check'],
    [{ email: ' mara@praxis.test' }, 'users_email_check'],
    [{ email: 'm\u00e4ra@praxis.test' }, 'users_email_check'],
    [{ email: `${'a'.repeat(250)}@b.cd` }, 'users_email_check'],
    [{ full_name: '' }, 'users_full_name_check'],
    [{ full_name: ' Mara' }, 'users_full_name_check'],
    [{ full_name: 'a'.repeat(201) }, 'users_full_name_check'],
    [{ role: 'owner' }, 'users_role_check'],
    [{ password_hash: '' }, 'users_password_hash_check'],
    [{ version: 0 }, 'users_version_check'],
    [{ updated_at: '2026-11-20T09:00:00Z' }, 'users_updated_at_check'],
    [{ erased_at: LATER }, 'users_erased_check'],
    [
      { erased_at: LATER, disabled_at: LATER, full_name: 'Former member', email: 'mara2@praxis.test' },
      'users_erased_check',
    ],
  ],
  cards: [
    CARD,
    [{ gateway_token: '4242424242424242' }, 'cards_gateway_token_check'],
    [{ fingerprint: '' }, 'cards_fingerprint_check'],
    [{ brand: '' }, 'cards_brand_check'],
    [{ last4: '42424' }, 'cards_last4_check'],
    [{ exp_month: 13 }, 'cards_exp_month_check'],
    [{ exp_year: 29 }, 'cards_exp_year_check'],
    [{ removed_at: LATER }, 'cards_removed_check'],
    [{ version: 0 }, 'cards_version_check'],
    [{ updated_at: '2026-11-20T09:00:00Z' }, 'cards_updated_at_check'],
    [{ user_id: '01930000-0000-7000-8000-000000000002' }, 'cards_user_id_fkey'],
  ],
  email_changes: [
    CHANGE,
    [{ old_email: 'Mara' }, 'email_changes_old_email_check'],
    [{ new_email: 'Mara' }, 'email_changes_new_email_check'],
    [{ new_email: USER.email }, 'email_changes_differs_check'],
    [{ expires_at: USER.created_at }, 'email_changes_expires_at_check'],
    [{ ended_at: LATER }, 'email_changes_end_check'],
    [{ ended_at: LATER, end_reason: 'why' }, 'email_changes_end_reason_check'],
    [{ user_id: '01930000-0000-7000-8000-000000000002' }, 'email_changes_user_id_fkey'],
  ],
  security_events: [
    EVENT,
    [{ event: 'why' }, 'security_events_event_check'],
    [{ ip: 'a'.repeat(65) }, 'security_events_client_check'],
  ],
  registrations: [
    REGISTRATION,
    [{ email: 'Mara' }, 'registrations_email_check'],
    [{ attempts: 6 }, 'registrations_attempts_check'],
    [{ expires_at: USER.created_at }, 'registrations_expires_at_check'],
    [{ ended_at: LATER, end_reason: 'why', password_hash: null }, 'registrations_end_reason_check'],
    [{ ended_at: LATER, password_hash: null }, 'registrations_end_check'],
    [{ ended_at: LATER, end_reason: 'confirmed' }, 'registrations_password_hash_check'],
    [{ password_hash: null }, 'registrations_password_hash_check'],
  ],
  sessions: [
    SESSION,
    [{ generation: 0, previous_token_hash: 'p', nonce: 'n', rotated_at: LATER }, 'sessions_generation_check'],
    [{ generation: 2 }, 'sessions_first_generation_check'],
    [{ nonce: 'n' }, 'sessions_first_generation_check'],
    [{ expires_at: LATER }, 'sessions_expires_at_check'],
    [{ ended_at: LATER }, 'sessions_end_check'],
    [{ ended_at: LATER, end_reason: 'why' }, 'sessions_end_reason_check'],
    [{ user_agent: 'a'.repeat(513) }, 'sessions_client_check'],
    [{ user_id: '01930000-0000-7000-8000-000000000002' }, 'sessions_user_id_fkey'],
  ],
  password_resets: [
    RESET,
    [{ email: 'Mara' }, 'password_resets_email_check'],
    [{ expires_at: USER.created_at }, 'password_resets_expires_at_check'],
    [{ kind: 'why' }, 'password_resets_kind_check'],
    [{ kind: 'invitation' }, 'password_resets_invitation_check'],
    [{ ended_at: LATER }, 'password_resets_end_check'],
    [{ ended_at: LATER, end_reason: 'why' }, 'password_resets_end_reason_check'],
    [{ ended_at: LATER, end_reason: 'used' }, 'password_resets_used_check'],
    [{ user_id: '01930000-0000-7000-8000-000000000002' }, 'password_resets_user_id_fkey'],
  ],
};

describe('the constraints of the tables of identity', () => {
  let database: TestDatabase;
  let client: pg.Client;
  before(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  after(async () => {
    await client.end();
    await database.drop();
  });
  const insert = (table: string, row: object) => insertObject(client, table, row);

  for (const [table, [sound, ...faults]] of Object.entries(CASES)) {
    it(`${table} accept a valid row`, async () => {
      await insert(table, sound);
      // Foreign keys refer to users, and logged events cannot be deleted.
      if (table !== 'users' && table !== 'security_events') await client.query(`DELETE FROM ${table}`);
    });
    for (const [changes, constraint] of faults)
      it(`${table} refuse ${JSON.stringify(changes).slice(0, 60)}`, async () => {
        const id = '01930000-0000-7000-8000-0000000000ff';
        const error = await rejection(insert(table, { ...sound, id, ...changes }));
        expect(violatedConstraint(error)).to.equal(constraint);
      });
  }

  it('cards of a user have unique fingerprints and one default, removed cards excepted', async () => {
    const card = (number: number, changes: object) =>
      insert('cards', { ...CARD, id: `01930000-0000-7000-8000-00000000001${String(number)}`, ...changes });
    await card(1, {});
    const twice = await rejection(card(2, { is_default: false }));
    expect(violatedConstraint(twice)).to.equal('cards_fingerprint_key');
    const second = await rejection(card(3, { fingerprint: 'g' }));
    expect(violatedConstraint(second)).to.equal('cards_default_key');
    await card(4, { is_default: false, removed_at: LATER });
    await client.query('DELETE FROM cards');
  });

  for (const statement of [
    'UPDATE security_events SET ip = ip',
    'DELETE FROM security_events',
    'TRUNCATE security_events',
  ])
    it(`security_events refuse ${statement} from every role, except in maintenance mode`, async () => {
      expect(await rejection(client.query(statement))).to.match(
        /permission denied|stay as they were written/,
      );
      const owner = new pg.Client({ connectionString: database.ownerUrl });
      await owner.connect();
      try {
        expect(await rejection(owner.query(statement))).to.match(/stay as they were written/);
        await owner.query(`BEGIN; SET LOCAL praxis.maintenance = 'on'; ${statement}; ROLLBACK`);
      } finally {
        await owner.end();
      }
    });
});
