'use strict';

const UP = `
  CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    generation integer NOT NULL,
    token_hash text NOT NULL,
    previous_token_hash text,
    nonce text,
    rotated_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    last_used_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    absolute_expires_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3),
    end_reason text,
    ip text NOT NULL,
    user_agent text NOT NULL,
    CONSTRAINT sessions_generation_check CHECK (generation >= 1),
    CONSTRAINT sessions_first_generation_check CHECK (
      (generation = 1) = (previous_token_hash IS NULL)
      AND (generation = 1) = (nonce IS NULL)
      AND (generation = 1) = (rotated_at IS NULL)
    ),
    CONSTRAINT sessions_expires_at_check CHECK (expires_at <= absolute_expires_at),
    CONSTRAINT sessions_end_reason_check CHECK (
      end_reason IN ('signed-out', 'revoked', 'password-changed', 'password-reset', 'refresh-reused')
    ),
    CONSTRAINT sessions_end_check CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT sessions_client_check CHECK (char_length(ip) <= 64 AND char_length(user_agent) <= 512)
  );
  COMMENT ON TABLE sessions IS 'One row a sign-in; it holds digests of refresh tokens, never the tokens.';
  CREATE INDEX sessions_user_idx ON sessions (user_id, created_at DESC, id DESC);
  CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
  CREATE INDEX sessions_ended_at_idx ON sessions (ended_at) WHERE ended_at IS NOT NULL;
`;

const DOWN = `
  DROP TABLE sessions;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
