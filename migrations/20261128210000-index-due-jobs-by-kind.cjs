'use strict';

/** A claim looks up the oldest due jobs of each kind, however many jobs of other kinds are due. */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE INDEX jobs_due_by_kind ON jobs (kind, run_at, id) WHERE failed_at IS NULL;
      DROP INDEX jobs_due;
    `),
  down: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE INDEX jobs_due ON jobs (run_at, id) WHERE failed_at IS NULL;
      DROP INDEX jobs_due_by_kind;
    `),
};
