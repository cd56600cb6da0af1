'use strict';

/** Serves the lookup of orders by discount code. Most orders have none, so the index contains only those that do. */
const UP = `
  CREATE INDEX orders_discount_code_idx ON orders (discount_code, created_at DESC, id DESC) WHERE discount_code IS NOT NULL;
`;

const DOWN = `
  DROP INDEX orders_discount_code_idx;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
