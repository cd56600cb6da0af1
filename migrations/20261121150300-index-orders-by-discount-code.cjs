'use strict';

/** Looking up the orders of a code, which most orders do not have: only those that do are in the index. */
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
