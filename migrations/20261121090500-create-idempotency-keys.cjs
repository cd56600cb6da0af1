'use strict';

/**
 * Responses that are kept for retries. `key_hash` is an HMAC of caller, route and key; `answer` is encrypted under a
 * secret that the client's key is part of. The row commits with the effect that it answers for. A request of two
 * transactions reserves the key first: the row has no answer yet, but a reference to the object of the request. A job
 * releases the key if the request does not.
 */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE TABLE idempotency_keys (
        key_hash    bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
        operation   text NOT NULL CHECK (char_length(operation) BETWEEN 1 AND 100),
        fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
        answer      bytea,
        reference   text CHECK (char_length(reference) BETWEEN 1 AND 100),
        settled     boolean NOT NULL DEFAULT false,
        created_at  timestamptz(3) NOT NULL,
        expires_at  timestamptz(3) NOT NULL,
        CHECK (expires_at > created_at),
        CHECK (answer IS NOT NULL OR reference IS NOT NULL)
      );
      CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at);
    `),
  down: (queryInterface) => queryInterface.sequelize.query('DROP TABLE idempotency_keys'),
};
