'use strict';

// The currency is part of the foreign keys, so that an account, its amounts and its real accounts always share one. An
// amount copies the columns that a posting is checked against, because a lock on its row protects that row alone: a row
// of another table may change while a posting waits for the lock.
const UP = `
  CREATE TABLE cash_real_accounts (
    id uuid PRIMARY KEY,
    code text CONSTRAINT cash_real_accounts_code_key UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    currency text NOT NULL,
    iban text,
    archived_at timestamptz(3),
    closed_through text,
    closed_until timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT cash_real_accounts_id_currency_key UNIQUE (id, currency),
    CONSTRAINT cash_real_accounts_name_check CHECK (char_length(name) BETWEEN 1 AND 200 AND name = btrim(name)),
    CONSTRAINT cash_real_accounts_kind_check CHECK (kind IN ('bank', 'cash', 'external')),
    CONSTRAINT cash_real_accounts_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT cash_real_accounts_iban_check CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
    CONSTRAINT cash_real_accounts_closed_check CHECK (
      (closed_through IS NULL) = (closed_until IS NULL) AND closed_through ~ '^[12][0-9]{3}-(0[1-9]|1[0-2])$'
    ),
    CONSTRAINT cash_real_accounts_updated_at_check CHECK (updated_at >= created_at),
    CONSTRAINT cash_real_accounts_version_check CHECK (version >= 1)
  );
  COMMENT ON TABLE cash_real_accounts IS 'Bank accounts, cash boxes, and the world outside; the balance is the sum of the amounts.';

  CREATE TABLE cash_accounts (
    id uuid PRIMARY KEY,
    code text CONSTRAINT cash_accounts_code_key UNIQUE,
    name text NOT NULL,
    real_account_id uuid NOT NULL,
    type text NOT NULL,
    currency text NOT NULL,
    floor bigint,
    goal bigint,
    is_default boolean NOT NULL,
    hot boolean NOT NULL GENERATED ALWAYS AS (floor IS NULL AND type IN ('income', 'expense')) STORED,
    archived_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT cash_accounts_home_fkey FOREIGN KEY (real_account_id, currency) REFERENCES cash_real_accounts (id, currency),
    CONSTRAINT cash_accounts_id_currency_key UNIQUE (id, currency),
    CONSTRAINT cash_accounts_name_check CHECK (char_length(name) BETWEEN 1 AND 200 AND name = btrim(name)),
    CONSTRAINT cash_accounts_type_check CHECK (type IN ('asset', 'income', 'expense', 'equity')),
    CONSTRAINT cash_accounts_minor_check CHECK (
      floor BETWEEN -9007199254740991 AND 9007199254740991 AND goal BETWEEN -9007199254740991 AND 9007199254740991
    ),
    CONSTRAINT cash_accounts_updated_at_check CHECK (updated_at >= created_at),
    CONSTRAINT cash_accounts_version_check CHECK (version >= 1)
  );
  COMMENT ON TABLE cash_accounts IS 'Envelopes: what money is for. Where it lies is said by their amounts.';
  CREATE UNIQUE INDEX cash_accounts_default_key ON cash_accounts (real_account_id) WHERE is_default;
  CREATE INDEX cash_accounts_real_account_idx ON cash_accounts (real_account_id);

  CREATE TABLE cash_amounts (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    real_account_id uuid NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    held bigint NOT NULL,
    floor bigint,
    version integer NOT NULL,
    hot boolean NOT NULL,
    checkpoint bigint NOT NULL,
    frozen boolean NOT NULL,
    closed_until timestamptz(3),
    CONSTRAINT cash_amounts_account_id_fkey FOREIGN KEY (account_id, currency) REFERENCES cash_accounts (id, currency),
    CONSTRAINT cash_amounts_real_account_id_fkey FOREIGN KEY (real_account_id, currency) REFERENCES cash_real_accounts (id, currency),
    CONSTRAINT cash_amounts_place_key UNIQUE (account_id, real_account_id),
    CONSTRAINT cash_amounts_id_currency_key UNIQUE (id, currency),
    CONSTRAINT cash_amounts_amount_check CHECK (amount BETWEEN -9007199254740991 AND 9007199254740991),
    CONSTRAINT cash_amounts_held_check CHECK (held BETWEEN 0 AND 9007199254740991),
    CONSTRAINT cash_amounts_floor_check CHECK (amount - held >= floor),
    CONSTRAINT cash_amounts_hot_check CHECK (NOT hot OR floor IS NULL),
    CONSTRAINT cash_amounts_version_check CHECK (version >= 0)
  ) WITH (fillfactor = 70);
  COMMENT ON TABLE cash_amounts IS 'The money of one account in one real account.';
  COMMENT ON COLUMN cash_amounts.hot IS 'Not updated by postings: the balance is amount plus the postings after checkpoint.';
  COMMENT ON COLUMN cash_amounts.checkpoint IS 'The number of the last transaction that amount contains, where hot.';
  CREATE INDEX cash_amounts_real_account_idx ON cash_amounts (real_account_id);
`;

// The books of the demo practice are gone, so `seed` may load them again: the record is deleted from SequelizeData, the
// list of executed seeders. That table exists only after a first seed.
const DOWN = `
  DROP TABLE cash_amounts;
  DROP TABLE cash_accounts;
  DROP TABLE cash_real_accounts;
  DO $$ BEGIN
    IF to_regclass('"SequelizeData"') IS NOT NULL THEN
      DELETE FROM "SequelizeData" WHERE name LIKE '%-cash.cjs' OR name LIKE '%-shop.cjs';
    END IF;
  END $$;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
