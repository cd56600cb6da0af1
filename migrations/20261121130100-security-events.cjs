'use strict';

/**
 * `user_id` has no foreign key to users. The lookup of a foreign key would make a failed sign-in with a known address
 * take longer than one with an unknown address, whose `user_id` is null. The log also outlives the user.
 */
const UP = `
  CREATE TABLE security_events (
    id uuid PRIMARY KEY,
    at timestamptz(3) NOT NULL,
    user_id uuid,
    actor_id uuid,
    event text NOT NULL,
    ip text NOT NULL,
    user_agent text NOT NULL,
    CONSTRAINT security_events_event_check CHECK (event IN (
      'registered', 'invited', 'signed-in', 'sign-in-failed', 'signed-out', 'sessions-revoked', 'refresh-reused',
      'password-refused', 'password-changed', 'password-reset', 'email-change-requested', 'email-changed',
      'role-changed', 'disabled', 'enabled', 'erased'
    )),
    CONSTRAINT security_events_client_check CHECK (char_length(ip) <= 64 AND char_length(user_agent) <= 512)
  );
  COMMENT ON TABLE security_events IS 'What happened to accounts, in the order it happened; added to and never changed.';
  COMMENT ON COLUMN security_events.user_id IS 'Whose account; null for an address nobody has.';
  COMMENT ON COLUMN security_events.actor_id IS 'Who did it, where that was established.';
  CREATE INDEX security_events_user_idx ON security_events (user_id, at DESC, id DESC);
  CREATE TRIGGER append_only_security_events BEFORE UPDATE OR DELETE OR TRUNCATE ON security_events
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
`;

const DOWN = `
  DROP TABLE security_events;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
