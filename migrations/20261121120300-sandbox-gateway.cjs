'use strict';

/**
 * The sandbox gateway's own books, as far away from ours as a real gateway's: written apart from every transaction of
 * the application, so that any process finds later by its key what was charged or paid back.
 */
const UP = `
  CREATE TABLE sandbox_charges (
    key text PRIMARY KEY CHECK (char_length(key) BETWEEN 1 AND 255),
    token text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    outcome text NOT NULL CHECK (outcome IN ('captured', 'declined')),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE TABLE sandbox_refunds (
    key text PRIMARY KEY CHECK (char_length(key) BETWEEN 1 AND 255),
    charge_key text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    outcome text NOT NULL CHECK (outcome IN ('succeeded', 'failed')),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE INDEX sandbox_refunds_charge_idx ON sandbox_refunds (charge_key);
  COMMENT ON TABLE sandbox_charges IS 'What the sandbox gateway was asked to charge, by key; no part of the books.';
`;

const DOWN = `
  DROP TABLE sandbox_refunds;
  DROP TABLE sandbox_charges;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
