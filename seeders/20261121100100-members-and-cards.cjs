'use strict';

const { createHash } = require('node:crypto');
const { hash } = require('@node-rs/argon2');

// As in the seeder of the people: these accounts never belong on a server others can reach.
const PASSWORD = 'praxis-demo-2026';
const PARAMETERS = { algorithm: 2, memoryCost: 19456, timeCost: 2, parallelism: 1 };

const MEMBER = '01999999-0003-7000-8000-000000000003';

/** The last of them was invited and has not chosen a password yet; the one before is disabled. */
const NAMES = [
  'Anna Berger',
  'Bruno Castellani',
  'Chiara Delgado',
  'Daniel Eriksen',
  'Elif Aydin',
  'Farid Haddad',
  'Greta Holm',
  'Henrik Jansson',
  'Ines Kowalska',
  'Jonas Lehmann',
  'Katarina Marković',
  'Liam O’Brien',
];

const id = (group, number) => `01999999-${group}-7000-8000-${String(number).padStart(12, '0')}`;

const addressOf = (name) =>
  `${name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z ]/g, '')
    .replace(' ', '.')}@praxis.test`;

/** Fingerprints are those of the sandbox gateway, so that saving the same token again finds the card. */
const fingerprint = (token) => createHash('sha256').update(`praxis-sandbox ${token}`).digest('base64url');

const CARDS = [
  { owner: MEMBER, token: 'tok_visa_4242', brand: 'visa', last4: '4242', years: 3, isDefault: true },
  { owner: MEMBER, token: 'tok_mastercard_5454', brand: 'mastercard', last4: '5454', years: 2 },
  { owner: MEMBER, token: 'tok_amex_0005', brand: 'amex', last4: '0005', years: -1 },
  { owner: id('0004', 1), token: 'tok_visa_1881', brand: 'visa', last4: '1881', years: 1, isDefault: true },
  {
    owner: id('0004', 3),
    token: 'tok_maestro_0604',
    brand: 'maestro',
    last4: '0604',
    years: 2,
    isDefault: true,
  },
];

/** One statement: all of it or nothing. A transaction begun here would end the one that the runner is in. */
const INSERT = `
  WITH members AS (
    INSERT INTO users (id, email, full_name, role, email_verified_at, disabled_at, password_hash, created_at, updated_at,
                       version)
    SELECT id, email, "fullName", 'member', "verifiedAt", "disabledAt", "passwordHash", since, since, 1
      FROM jsonb_to_recordset($1::jsonb)
        AS member (id uuid, email text, "fullName" text, "verifiedAt" timestamptz, "disabledAt" timestamptz,
                   "passwordHash" text, since timestamptz)
  )
  INSERT INTO cards (id, user_id, gateway_token, fingerprint, brand, last4, exp_month, exp_year, is_default,
                     created_at, updated_at, version)
  SELECT id, owner, token, fingerprint, brand, last4, 12, year, "isDefault", since, since, 1
    FROM jsonb_to_recordset($2::jsonb)
      AS card (id uuid, owner uuid, token text, fingerprint text, brand text, last4 text, year int, "isDefault" boolean,
               since timestamptz)
`;

const DAY_MS = 86400000;
const daysAgo = (days) => new Date(Date.now() - days * DAY_MS);

function memberOf(name, index, passwordHash) {
  const since = daysAgo(7 * (NAMES.length - index));
  const invited = index === NAMES.length - 1;
  return {
    id: id('0004', index + 1),
    email: addressOf(name),
    fullName: name,
    verifiedAt: invited ? null : since,
    disabledAt: index === NAMES.length - 2 ? since : null,
    passwordHash: invited ? null : passwordHash,
    since,
  };
}

const cardOf = ({ owner, token, brand, last4, years, isDefault = false }, index) => ({
  id: id('0005', index + 1),
  owner,
  token,
  fingerprint: fingerprint(token),
  brand,
  last4,
  year: new Date().getUTCFullYear() + years,
  isDefault,
  since: daysAgo(CARDS.length - index),
});

module.exports = {
  async up({ sequelize }) {
    const passwordHash = await hash(PASSWORD, PARAMETERS);
    const members = NAMES.map((name, index) => memberOf(name, index, passwordHash));
    const bind = [JSON.stringify(members), JSON.stringify(CARDS.map(cardOf))];
    await sequelize.query(INSERT, { bind });
  },
  async down({ sequelize }) {
    // The member stays, whom another seeder brought in; the others go with their cards.
    await sequelize.query('DELETE FROM cards WHERE id = ANY ($1::uuid[])', {
      bind: [CARDS.map((_, index) => id('0005', index + 1))],
    });
    await sequelize.query('DELETE FROM users WHERE id = ANY ($1::uuid[])', {
      bind: [NAMES.map((_, index) => id('0004', index + 1))],
    });
  },
};
