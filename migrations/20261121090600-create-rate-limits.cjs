'use strict';

/**
 * Counters shared by every process. `key` names the limit and a keyed hash of whom it counts, never an address;
 * `points` and `expire` (milliseconds since 1970) in this order are what rate-limiter-flexible writes.
 */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE TABLE rate_limits (
        key    text PRIMARY KEY CHECK (char_length(key) BETWEEN 1 AND 200),
        points integer NOT NULL DEFAULT 0,
        expire bigint
      );
      CREATE INDEX rate_limits_expire ON rate_limits (expire);
    `),
  down: (queryInterface) => queryInterface.sequelize.query('DROP TABLE rate_limits'),
};
