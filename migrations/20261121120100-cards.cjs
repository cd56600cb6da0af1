'use strict';

const UP = `
  CREATE TABLE cards (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT cards_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    gateway_token text NOT NULL,
    fingerprint text NOT NULL,
    brand text NOT NULL,
    last4 text NOT NULL,
    exp_month smallint NOT NULL,
    exp_year smallint NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    removed_at timestamptz(3),
    version integer NOT NULL,
    CONSTRAINT cards_gateway_token_check CHECK (char_length(gateway_token) BETWEEN 1 AND 255 AND gateway_token !~ '^[0-9]{12,19}$'),
    CONSTRAINT cards_fingerprint_check CHECK (char_length(fingerprint) BETWEEN 1 AND 255),
    CONSTRAINT cards_brand_check CHECK (char_length(brand) BETWEEN 1 AND 50),
    CONSTRAINT cards_last4_check CHECK (last4 ~ '^[0-9]{4}$'),
    CONSTRAINT cards_exp_month_check CHECK (exp_month BETWEEN 1 AND 12),
    CONSTRAINT cards_exp_year_check CHECK (exp_year BETWEEN 2000 AND 2999),
    CONSTRAINT cards_removed_check CHECK (removed_at IS NULL OR NOT is_default),
    CONSTRAINT cards_version_check CHECK (version >= 1),
    CONSTRAINT cards_updated_at_check CHECK (updated_at >= created_at)
  );
  COMMENT ON TABLE cards IS 'Saved cards as the payment gateway knows them; a removed one stays until the gateway has let go of it.';
  CREATE UNIQUE INDEX cards_fingerprint_key ON cards (user_id, fingerprint) WHERE removed_at IS NULL;
  CREATE UNIQUE INDEX cards_default_key ON cards (user_id) WHERE is_default AND removed_at IS NULL;
  CREATE INDEX cards_user_idx ON cards (user_id, created_at DESC, id DESC);
`;

const DOWN = `
  DROP TABLE cards;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
