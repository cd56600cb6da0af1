'use strict';

/**
 * The lines of an order come with one statement, which checks their sums once instead of once a line; at the commit the order
 * only has to have lines. A line that is added to an order later is checked even when the order has changed in the same transaction.
 */
const UP = `
  CREATE OR REPLACE FUNCTION storefront_check_order() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT EXISTS (SELECT FROM order_lines WHERE order_id = NEW.id) THEN
      RAISE EXCEPTION 'order % has no lines', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_sums_check';
    END IF;
    RETURN NULL;
  END
  $$;

  DROP TRIGGER order_lines_sums ON order_lines;
  DROP FUNCTION storefront_check_line();
  DROP FUNCTION storefront_assert_sums(uuid);
  CREATE FUNCTION storefront_check_lines() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM orders o WHERE o.id IN (SELECT order_id FROM entered) AND NOT EXISTS (
        SELECT FROM order_lines l WHERE l.order_id = o.id HAVING sum(l.total) = o.total AND sum(l.discount) = o.discount
      )
    ) THEN
      RAISE EXCEPTION 'the lines of an order do not add up to its total'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_sums_check';
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER order_lines_sums AFTER INSERT ON order_lines
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION storefront_check_lines();
`;

const DOWN = `
  DROP TRIGGER order_lines_sums ON order_lines;
  DROP FUNCTION storefront_check_lines();
  CREATE FUNCTION storefront_assert_sums(of_order uuid) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT EXISTS (
      SELECT FROM orders o, LATERAL (
        SELECT sum(l.total) AS total, sum(l.discount) AS discount FROM order_lines l WHERE l.order_id = o.id
      ) AS sums
      WHERE o.id = of_order AND o.total = sums.total AND o.discount = sums.discount
    ) THEN
      RAISE EXCEPTION 'the lines of order % do not add up to its total', of_order
        USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_sums_check';
    END IF;
  END
  $$;
  CREATE OR REPLACE FUNCTION storefront_check_order() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM storefront_assert_sums(NEW.id);
    RETURN NULL;
  END
  $$;
  CREATE FUNCTION storefront_check_line() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM orders WHERE id = NEW.order_id AND xmin <> pg_current_xact_id()::xid) THEN
      PERFORM storefront_assert_sums(NEW.order_id);
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE CONSTRAINT TRIGGER order_lines_sums AFTER INSERT ON order_lines DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION storefront_check_line();
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
