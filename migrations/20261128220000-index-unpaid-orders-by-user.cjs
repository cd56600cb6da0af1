'use strict';

/** Checkout counts the orders of the buyer that wait to be paid. */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(
      "CREATE INDEX orders_unpaid_by_user_idx ON orders (user_id) WHERE status = 'pending'",
    ),
  down: (queryInterface) => queryInterface.sequelize.query('DROP INDEX orders_unpaid_by_user_idx'),
};
