'use strict';

const UP = `
  CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    full_name text NOT NULL,
    role text NOT NULL,
    email_verified_at timestamptz(3),
    disabled_at timestamptz(3),
    password_hash text,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_email_check CHECK (char_length(email) <= 254 AND email = lower(email) AND email ~ '^[!-~]+@[!-~]+$'),
    CONSTRAINT users_full_name_check CHECK (char_length(full_name) BETWEEN 1 AND 200 AND full_name = btrim(full_name)),
    CONSTRAINT users_role_check CHECK (role IN ('member', 'staff', 'admin')),
    CONSTRAINT users_password_hash_check CHECK (password_hash <> ''),
    CONSTRAINT users_version_check CHECK (version >= 1),
    CONSTRAINT users_updated_at_check CHECK (updated_at >= created_at)
  );
  COMMENT ON TABLE users IS 'Everybody who may sign in; an address belongs to one of them.';
`;

// The demo practice is gone, so `seed` may load it again: its record is deleted from SequelizeData, the list of
// executed seeders. That table exists only after a first seed.
const DOWN = `
  DROP TABLE users;
  DO $$ BEGIN
    IF to_regclass('"SequelizeData"') IS NOT NULL THEN
      DELETE FROM "SequelizeData";
    END IF;
  END $$;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
