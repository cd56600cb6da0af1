'use strict';

/**
 * Counters shared by all processes. `key` contains the name of the limit and a keyed hash of the client, never an
 * address. rate-limiter-flexible writes `points` and `expire` (milliseconds since 1970), in this order.
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
