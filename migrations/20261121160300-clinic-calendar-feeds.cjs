'use strict';

const UP = `
  CREATE TABLE calendar_feeds (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT calendar_feeds_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    token_hash text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT calendar_feeds_token_hash_key UNIQUE (token_hash)
  );
  COMMENT ON TABLE calendar_feeds IS 'Secret addresses of calendars, as hashes.';
  CREATE INDEX calendar_feeds_user_idx ON calendar_feeds (user_id);
`;

const DOWN = `
  DROP TABLE calendar_feeds;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
