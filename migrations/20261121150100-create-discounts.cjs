'use strict';

const UP = `
  CREATE TABLE discounts (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    kind text NOT NULL,
    basis_points integer,
    amount bigint,
    min_subtotal bigint NOT NULL,
    starts_at timestamptz(3),
    ends_at timestamptz(3),
    max_uses integer,
    max_uses_per_user integer,
    is_active boolean NOT NULL,
    used integer NOT NULL DEFAULT 0,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT discounts_code_key UNIQUE (code),
    CONSTRAINT discounts_code_check CHECK (code ~ '^[A-Z0-9_-]{2,40}$'),
    CONSTRAINT discounts_reduction_check CHECK (
      (kind = 'percent' AND basis_points IS NOT NULL AND basis_points BETWEEN 1 AND 10000 AND amount IS NULL)
      OR (kind = 'fixed' AND amount IS NOT NULL AND amount BETWEEN 1 AND 10000000000 AND basis_points IS NULL)
    ),
    CONSTRAINT discounts_min_subtotal_check CHECK (min_subtotal BETWEEN 0 AND 10000000000),
    CONSTRAINT discounts_time_check CHECK (ends_at > starts_at),
    CONSTRAINT discounts_max_uses_check CHECK (max_uses >= 1),
    CONSTRAINT discounts_max_uses_per_user_check CHECK (max_uses_per_user >= 1),
    CONSTRAINT discounts_used_check CHECK (used >= 0 AND (max_uses IS NULL OR used <= max_uses)),
    CONSTRAINT discounts_version_check CHECK (version >= 1),
    CONSTRAINT discounts_updated_at_check CHECK (updated_at >= created_at)
  );
  COMMENT ON TABLE discounts IS 'Codes that make orders cheaper. Amounts in minor units of the practice''s currency.';
  COMMENT ON COLUMN discounts.used IS 'Orders with the code that are not cancelled.';
  CREATE INDEX discounts_newest_idx ON discounts (created_at DESC, id DESC);

  CREATE TABLE discount_uses (
    discount_id uuid NOT NULL CONSTRAINT discount_uses_discount_id_fkey REFERENCES discounts (id) ON DELETE CASCADE,
    user_id uuid NOT NULL CONSTRAINT discount_uses_user_id_fkey REFERENCES users (id),
    used integer NOT NULL,
    CONSTRAINT discount_uses_pkey PRIMARY KEY (discount_id, user_id),
    CONSTRAINT discount_uses_used_check CHECK (used >= 0)
  );
  COMMENT ON TABLE discount_uses IS 'The same count for each buyer.';
`;

const DOWN = `
  DROP TABLE discount_uses;
  DROP TABLE discounts;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
