'use strict';

/**
 * The tables of the sandbox gateway, which stands for a remote one. It writes them outside every transaction of the
 * application, so that any process can find by its key what was charged or refunded.
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
