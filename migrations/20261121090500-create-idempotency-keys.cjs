'use strict';

/**
 * Answers kept for retries. `key_hash` is an HMAC of caller, route and key; `answer` is encrypted under a secret
 * that the client's key is part of; the row commits with the effect it answers for.
 */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE TABLE idempotency_keys (
        key_hash    bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
        operation   text NOT NULL CHECK (char_length(operation) BETWEEN 1 AND 100),
        fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
        answer      bytea NOT NULL,
        created_at  timestamptz(3) NOT NULL,
        expires_at  timestamptz(3) NOT NULL,
        CHECK (expires_at > created_at)
      );
      CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at);
    `),
  down: (queryInterface) => queryInterface.sequelize.query('DROP TABLE idempotency_keys'),
};
