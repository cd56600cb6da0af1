'use strict';

/**
 * Sums are checked at COMMIT, because an order and its lines are inserted one after the other. The trigger on status
 * allows the same transitions as the domain.
 */
const UP = `
  CREATE TYPE order_status AS ENUM ('pending', 'processing', 'shipped', 'delivered', 'cancelled');
  CREATE SEQUENCE order_numbers AS bigint START 1001;

  CREATE TABLE orders (
    id uuid PRIMARY KEY,
    number bigint NOT NULL DEFAULT nextval('order_numbers'),
    user_id uuid NOT NULL CONSTRAINT orders_user_id_fkey REFERENCES users (id),
    status order_status NOT NULL,
    method text NOT NULL,
    subtotal bigint NOT NULL,
    discount bigint NOT NULL,
    total bigint NOT NULL,
    discount_id uuid CONSTRAINT orders_discount_id_fkey REFERENCES discounts (id),
    discount_code text,
    expires_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT orders_number_key UNIQUE (number),
    CONSTRAINT orders_method_check CHECK (method IN ('card', 'desk')),
    CONSTRAINT orders_total_check CHECK (discount >= 0 AND discount <= subtotal AND total = subtotal - discount),
    CONSTRAINT orders_discount_check CHECK ((discount_id IS NULL) = (discount_code IS NULL) AND (discount = 0 OR discount_id IS NOT NULL)),
    CONSTRAINT orders_expires_at_check CHECK ((status = 'pending') = (expires_at IS NOT NULL)),
    CONSTRAINT orders_version_check CHECK (version >= 1),
    CONSTRAINT orders_updated_at_check CHECK (updated_at >= created_at)
  );
  ALTER SEQUENCE order_numbers OWNED BY orders.number;
  COMMENT ON TABLE orders IS 'Amounts in minor units of the practice''s currency.';
  CREATE INDEX orders_newest_idx ON orders (created_at DESC, id DESC);
  CREATE INDEX orders_user_idx ON orders (user_id, created_at DESC, id DESC);
  CREATE INDEX orders_expiry_idx ON orders (expires_at, id) WHERE status = 'pending';
  CREATE INDEX orders_discount_idx ON orders (discount_id) WHERE discount_id IS NOT NULL;

  CREATE TABLE order_lines (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL CONSTRAINT order_lines_order_id_fkey REFERENCES orders (id),
    position smallint NOT NULL,
    product_id uuid NOT NULL CONSTRAINT order_lines_product_id_fkey REFERENCES products (id),
    sku text NOT NULL,
    name text NOT NULL,
    quantity integer NOT NULL,
    unit_price bigint NOT NULL,
    discount bigint NOT NULL,
    total bigint NOT NULL,
    CONSTRAINT order_lines_position_key UNIQUE (order_id, position),
    CONSTRAINT order_lines_product_key UNIQUE (order_id, product_id),
    CONSTRAINT order_lines_quantity_check CHECK (quantity >= 1),
    CONSTRAINT order_lines_unit_price_check CHECK (unit_price >= 0),
    CONSTRAINT order_lines_total_check CHECK (discount >= 0 AND total >= 0 AND total = quantity * unit_price - discount)
  );
  COMMENT ON TABLE order_lines IS 'What was ordered, named and priced as it was then.';
  CREATE INDEX order_lines_product_idx ON order_lines (product_id);
  CREATE TRIGGER append_only_order_lines BEFORE UPDATE OR DELETE OR TRUNCATE ON order_lines
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();

  CREATE TABLE order_events (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL CONSTRAINT order_events_order_id_fkey REFERENCES orders (id),
    at timestamptz(3) NOT NULL,
    by uuid CONSTRAINT order_events_by_fkey REFERENCES users (id),
    type text NOT NULL,
    from_status order_status,
    to_status order_status,
    amount bigint,
    CONSTRAINT order_events_type_check CHECK (type IN (
      'placed', 'paymentStarted', 'paymentCaptured', 'paymentDeclined', 'paymentFailed', 'shipped', 'delivered',
      'cancelled', 'expired', 'refundRequested', 'refundSucceeded', 'refundFailed'
    ))
  );
  COMMENT ON TABLE order_events IS 'What happened to orders; added to and never changed.';
  CREATE INDEX order_events_order_idx ON order_events (order_id, at, id);
  CREATE TRIGGER append_only_order_events BEFORE UPDATE OR DELETE OR TRUNCATE ON order_events
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();

  ALTER TABLE stock_movements ADD CONSTRAINT stock_movements_order_id_fkey
    FOREIGN KEY (order_id) REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED;
  CREATE INDEX stock_movements_order_idx ON stock_movements (order_id) WHERE order_id IS NOT NULL;

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
  CREATE FUNCTION storefront_check_order() RETURNS trigger LANGUAGE plpgsql AS $$
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
  CREATE CONSTRAINT TRIGGER orders_sums AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION storefront_check_order();
  CREATE CONSTRAINT TRIGGER order_lines_sums AFTER INSERT ON order_lines DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION storefront_check_line();

  CREATE FUNCTION storefront_guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (NEW.id, NEW.number, NEW.user_id, NEW.subtotal, NEW.discount, NEW.total, NEW.discount_id, NEW.discount_code)
      IS DISTINCT FROM
      (OLD.id, OLD.number, OLD.user_id, OLD.subtotal, OLD.discount, OLD.total, OLD.discount_id, OLD.discount_code) THEN
      RAISE EXCEPTION 'what was ordered stays as it was ordered'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_frozen_check';
    END IF;
    IF NEW.status <> OLD.status AND NOT (
      (OLD.status = 'pending' AND NEW.status IN ('processing', 'cancelled'))
      OR (OLD.status = 'processing' AND NEW.status IN ('shipped', 'delivered', 'cancelled'))
      OR (OLD.status = 'shipped' AND NEW.status = 'delivered')
    ) THEN
      RAISE EXCEPTION 'an order that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_transition_check';
    END IF;
    RETURN NEW;
  END
  $$;
  CREATE TRIGGER orders_guard BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION storefront_guard_order();
`;

const DOWN = `
  ALTER TABLE stock_movements DROP CONSTRAINT stock_movements_order_id_fkey;
  DROP INDEX stock_movements_order_idx;
  DROP TABLE order_events;
  DROP TABLE order_lines;
  DROP TABLE orders;
  DROP FUNCTION storefront_guard_order();
  DROP FUNCTION storefront_check_line();
  DROP FUNCTION storefront_check_order();
  DROP FUNCTION storefront_assert_sums(uuid);
  DROP TYPE order_status;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
