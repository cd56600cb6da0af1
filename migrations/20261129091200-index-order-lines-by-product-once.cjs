'use strict';

/** One index says that an order has a product once and finds the lines of a product. */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      ALTER TABLE order_lines DROP CONSTRAINT order_lines_product_key;
      ALTER TABLE order_lines ADD CONSTRAINT order_lines_product_key UNIQUE (product_id, order_id);
      DROP INDEX order_lines_product_idx;
    `),
  down: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE INDEX order_lines_product_idx ON order_lines (product_id);
      ALTER TABLE order_lines DROP CONSTRAINT order_lines_product_key;
      ALTER TABLE order_lines ADD CONSTRAINT order_lines_product_key UNIQUE (order_id, product_id);
    `),
};
