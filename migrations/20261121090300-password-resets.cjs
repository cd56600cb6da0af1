'use strict';

const UP = `
  CREATE TABLE password_resets (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    user_id uuid CONSTRAINT password_resets_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3),
    end_reason text,
    CONSTRAINT password_resets_email_check CHECK (char_length(email) <= 254 AND email = lower(email) AND email ~ '^[!-~]+@[!-~]+$'),
    CONSTRAINT password_resets_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT password_resets_end_reason_check CHECK (end_reason IN ('used', 'superseded', 'unknown-address')),
    CONSTRAINT password_resets_end_check CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT password_resets_used_check CHECK (end_reason <> 'used' OR user_id IS NOT NULL)
  );
  COMMENT ON TABLE password_resets IS 'Requests for a new password; user_id stays null until the mail is on its way.';
  CREATE INDEX password_resets_user_idx ON password_resets (user_id, id);
  CREATE INDEX password_resets_expires_at_idx ON password_resets (expires_at);
`;

const DOWN = `
  DROP TABLE password_resets;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
