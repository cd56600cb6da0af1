'use strict';

const { hash } = require('@node-rs/argon2');

// The demo practice's password is in the README; these accounts never belong on a server others can reach.
const PASSWORD = 'praxis-demo-2026';
/** As in src/identity/infrastructure/argon2-passwords.ts; 2 is argon2id. */
const PARAMETERS = { algorithm: 2, memoryCost: 19456, timeCost: 2, parallelism: 1 };

const PEOPLE = [
  {
    id: '01999999-0001-7000-8000-000000000001',
    email: 'admin@praxis.test',
    fullName: 'Ada Brandt',
    role: 'admin',
  },
  {
    id: '01999999-0002-7000-8000-000000000002',
    email: 'staff@praxis.test',
    fullName: 'Samuel Okafor',
    role: 'staff',
  },
  {
    id: '01999999-0003-7000-8000-000000000003',
    email: 'member@praxis.test',
    fullName: 'Mira Lindqvist',
    role: 'member',
  },
];

const INSERT = `
  INSERT INTO users (id, email, full_name, role, email_verified_at, password_hash, created_at, updated_at, version)
  SELECT id, email, "fullName", role, $2::timestamptz, "passwordHash", $2, $2, 1
    FROM jsonb_to_recordset($1::jsonb)
      AS people (id uuid, email text, "fullName" text, role text, "passwordHash" text)
`;

module.exports = {
  // One statement: all of it or nothing. A transaction begun here would end the one that the runner is in.
  async up({ sequelize }) {
    const passwordHash = await hash(PASSWORD, PARAMETERS);
    const people = PEOPLE.map((person) => ({ ...person, passwordHash }));
    await sequelize.query(INSERT, { bind: [JSON.stringify(people), new Date()] });
  },
  async down({ sequelize }) {
    await sequelize.query('DELETE FROM users WHERE id = ANY ($1::uuid[])', {
      bind: [PEOPLE.map(({ id }) => id)],
    });
  },
};
