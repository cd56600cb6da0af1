'use strict';

/**
 * The outbox: jobs that commit with the change that needs them. Every instant is read from the database's clock. A
 * finished job is deleted. A job that failed for good keeps its row, with `failed_at`, until an operator has looked at
 * it.
 */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE TABLE jobs (
        id           uuid PRIMARY KEY,
        kind         text NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 100),
        payload      jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
        dedupe_key   text CONSTRAINT jobs_dedupe_key_unique UNIQUE CHECK (char_length(dedupe_key) BETWEEN 1 AND 200),
        run_at       timestamptz(3) NOT NULL DEFAULT now(),
        attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        locked_until timestamptz(3),
        last_error   text CHECK (char_length(last_error) <= 200),
        failed_at    timestamptz(3),
        created_at   timestamptz(3) NOT NULL DEFAULT now()
      );
      CREATE INDEX jobs_due ON jobs (run_at, id) WHERE failed_at IS NULL;
      CREATE INDEX jobs_failed ON jobs (failed_at) WHERE failed_at IS NOT NULL;
    `),
  down: (queryInterface) => queryInterface.sequelize.query('DROP TABLE jobs'),
};
