'use strict';

const UP = `
  CREATE TABLE registrations (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    full_name text NOT NULL,
    password_hash text,
    attempts smallint NOT NULL,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3),
    end_reason text,
    CONSTRAINT registrations_email_check CHECK (char_length(email) <= 254 AND email = lower(email) AND email ~ '^[!-~]+@[!-~]+$'),
    CONSTRAINT registrations_full_name_check CHECK (char_length(full_name) BETWEEN 1 AND 200 AND full_name = btrim(full_name)),
    CONSTRAINT registrations_attempts_check CHECK (attempts BETWEEN 0 AND 5),
    CONSTRAINT registrations_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT registrations_end_reason_check CHECK (end_reason IN ('confirmed', 'superseded', 'known-address')),
    CONSTRAINT registrations_end_check CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT registrations_password_hash_check CHECK ((ended_at IS NULL) = (password_hash IS NOT NULL))
  );
  COMMENT ON TABLE registrations IS 'Wishes to become a member, each until its address is confirmed; several may wait for one address.';
  CREATE INDEX registrations_open_email_idx ON registrations (email) WHERE ended_at IS NULL;
  CREATE INDEX registrations_expires_at_idx ON registrations (expires_at);
`;

const DOWN = `
  DROP TABLE registrations;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
