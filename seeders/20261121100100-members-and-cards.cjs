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

const INSERT_USER = `
  INSERT INTO users (id, email, full_name, role, email_verified_at, disabled_at, password_hash, created_at, updated_at, version)
  VALUES ($1, $2, $3, 'member', $4, $5, $6, $7, $7, 1)
`;

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

const INSERT_CARD = `
  INSERT INTO cards (id, user_id, gateway_token, fingerprint, brand, last4, exp_month, exp_year, is_default,
                     created_at, updated_at, version)
  VALUES ($1, $2, $3, $4, $5, $6, 12, $7, $8, $9, $9, 1)
`;

const DAY_MS = 86400000;
const daysAgo = (days) => new Date(Date.now() - days * DAY_MS);

module.exports = {
  async up({ sequelize }) {
    await sequelize.transaction(async (transaction) => {
      for (const [index, name] of NAMES.entries()) {
        const since = daysAgo(7 * (NAMES.length - index));
        const invited = index === NAMES.length - 1;
        const bind = [
          id('0004', index + 1),
          addressOf(name),
          name,
          invited ? null : since,
          index === NAMES.length - 2 ? since : null,
          invited ? null : await hash(PASSWORD, PARAMETERS),
          since,
        ];
        await sequelize.query(INSERT_USER, { bind, transaction });
      }
      for (const [index, { owner, token, brand, last4, years, isDefault = false }] of CARDS.entries()) {
        const year = new Date().getUTCFullYear() + years;
        const since = daysAgo(CARDS.length - index);
        const bind = [
          id('0005', index + 1),
          owner,
          token,
          fingerprint(token),
          brand,
          last4,
          year,
          isDefault,
          since,
        ];
        await sequelize.query(INSERT_CARD, { bind, transaction });
      }
    });
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
