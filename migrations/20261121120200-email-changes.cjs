'use strict';

const ADDRESS = (column) =>
  `CHECK (char_length(${column}) <= 254 AND ${column} = lower(${column}) AND ${column} ~ '^[!-~]+@[!-~]+$')`;

const UP = `
  CREATE TABLE email_changes (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT email_changes_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    old_email text NOT NULL CONSTRAINT email_changes_old_email_check ${ADDRESS('old_email')},
    new_email text NOT NULL CONSTRAINT email_changes_new_email_check ${ADDRESS('new_email')},
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3),
    end_reason text,
    CONSTRAINT email_changes_differs_check CHECK (new_email <> old_email),
    CONSTRAINT email_changes_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT email_changes_end_reason_check CHECK (end_reason IN ('confirmed', 'superseded', 'known-address')),
    CONSTRAINT email_changes_end_check CHECK ((ended_at IS NULL) = (end_reason IS NULL))
  );
  COMMENT ON TABLE email_changes IS 'Wishes to have another address, each until that address is proved.';
  CREATE INDEX email_changes_user_idx ON email_changes (user_id, id);
  CREATE INDEX email_changes_expires_at_idx ON email_changes (expires_at);
`;

const DOWN = `
  DROP TABLE email_changes;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
