'use strict';

/** Pattern indexes, because the list is searched by prefixes, and in most collations only these indexes serve LIKE. */
const UP = `
  ALTER TABLE users
    ADD COLUMN erased_at timestamptz(3),
    ADD CONSTRAINT users_erased_check CHECK (
      erased_at IS NULL
      OR (email = 'erased-' || id || '@erased.invalid' AND full_name = 'Former member'
          AND password_hash IS NULL AND disabled_at IS NOT NULL)
    );
  COMMENT ON COLUMN users.erased_at IS 'Since then nobody: the row stays for what refers to it, and says nothing of the person.';
  CREATE INDEX users_newest_idx ON users (created_at DESC, id DESC) WHERE erased_at IS NULL;
  CREATE INDEX users_name_prefix_idx ON users (lower(full_name) text_pattern_ops) WHERE erased_at IS NULL;
  CREATE INDEX users_email_prefix_idx ON users (email text_pattern_ops) WHERE erased_at IS NULL;
  CREATE INDEX users_active_admin_idx ON users (id) WHERE role = 'admin' AND disabled_at IS NULL;

  CREATE VIEW public_users AS SELECT id, full_name AS name FROM users;
  COMMENT ON VIEW public_users IS 'What other contexts may join: names, and for those who were erased "Former member".';

  ALTER TABLE password_resets
    ADD COLUMN kind text NOT NULL DEFAULT 'reset',
    ADD CONSTRAINT password_resets_kind_check CHECK (kind IN ('reset', 'invitation')),
    ADD CONSTRAINT password_resets_invitation_check CHECK (kind <> 'invitation' OR user_id IS NOT NULL);
  ALTER TABLE password_resets ALTER COLUMN kind DROP DEFAULT;
  CREATE INDEX password_resets_email_idx ON password_resets (email);
  CREATE INDEX registrations_email_idx ON registrations (email);

  ALTER TABLE sessions DROP CONSTRAINT sessions_end_reason_check;
  ALTER TABLE sessions ADD CONSTRAINT sessions_end_reason_check CHECK (
    end_reason IN ('signed-out', 'revoked', 'password-changed', 'password-reset', 'refresh-reused', 'disabled', 'erased')
  );
`;

const DOWN = `
  UPDATE sessions SET end_reason = 'revoked' WHERE end_reason IN ('disabled', 'erased');
  ALTER TABLE sessions DROP CONSTRAINT sessions_end_reason_check;
  ALTER TABLE sessions ADD CONSTRAINT sessions_end_reason_check CHECK (
    end_reason IN ('signed-out', 'revoked', 'password-changed', 'password-reset', 'refresh-reused')
  );
  DROP INDEX registrations_email_idx;
  DROP INDEX password_resets_email_idx;
  ALTER TABLE password_resets DROP COLUMN kind;
  DROP VIEW public_users;
  DROP INDEX users_active_admin_idx;
  DROP INDEX users_email_prefix_idx;
  DROP INDEX users_name_prefix_idx;
  DROP INDEX users_newest_idx;
  ALTER TABLE users DROP COLUMN erased_at;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
