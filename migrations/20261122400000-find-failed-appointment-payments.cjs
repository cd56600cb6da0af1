'use strict';

/** Charges that were given up are asked about once more for a while: a late one may have been captured after all. */
const UP = `
  CREATE INDEX appointment_payments_failed_idx ON appointment_payments (updated_at) WHERE status = 'failed';
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query('DROP INDEX appointment_payments_failed_idx'),
};
