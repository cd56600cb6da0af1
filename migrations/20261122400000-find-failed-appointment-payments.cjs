'use strict';

/** The gateway is asked again about failed charges for a while, because a late one may have been captured. */
const UP = `
  CREATE INDEX appointment_payments_failed_idx ON appointment_payments (updated_at) WHERE status = 'failed';
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query('DROP INDEX appointment_payments_failed_idx'),
};
