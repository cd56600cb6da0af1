'use strict';

/**
 * A product that was never sold may be deleted, together with its movements; a sold one may not. The cascade runs with
 * the owner's rights, after the product is deleted.
 */
const UP = `
  CREATE TABLE products (
    id uuid PRIMARY KEY,
    sku text NOT NULL,
    name text NOT NULL,
    description text,
    price bigint NOT NULL,
    stock bigint NOT NULL DEFAULT 0,
    is_active boolean NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT products_sku_key UNIQUE (sku),
    CONSTRAINT products_sku_check CHECK (char_length(sku) BETWEEN 1 AND 64 AND sku = btrim(sku)),
    CONSTRAINT products_name_check CHECK (char_length(name) BETWEEN 2 AND 200 AND name = btrim(name)),
    CONSTRAINT products_description_check CHECK (char_length(description) BETWEEN 1 AND 5000),
    CONSTRAINT products_price_check CHECK (price BETWEEN 0 AND 10000000000),
    CONSTRAINT products_stock_check CHECK (stock >= 0),
    CONSTRAINT products_version_check CHECK (version >= 1),
    CONSTRAINT products_updated_at_check CHECK (updated_at >= created_at)
  );
  COMMENT ON TABLE products IS 'What is or was for sale. Prices in minor units of the practice''s currency.';
  COMMENT ON COLUMN products.stock IS 'Pieces; the sum of the product''s stock movements.';
  CREATE INDEX products_newest_idx ON products (created_at DESC, id DESC);

  CREATE TABLE stock_movements (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL CONSTRAINT stock_movements_product_id_fkey REFERENCES products (id) ON DELETE CASCADE,
    delta bigint NOT NULL,
    reason text NOT NULL,
    order_id uuid,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT stock_movements_delta_check CHECK (delta <> 0),
    CONSTRAINT stock_movements_reason_check CHECK (char_length(reason) BETWEEN 1 AND 200)
  );
  COMMENT ON TABLE stock_movements IS 'Every piece that came or went; added to and never changed.';
  CREATE INDEX stock_movements_product_idx ON stock_movements (product_id, created_at DESC, id DESC);

  CREATE FUNCTION storefront_keep_movement() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF current_setting('praxis.maintenance', true) = 'on' THEN RETURN OLD; END IF;
    IF OLD.order_id IS NOT NULL OR EXISTS (SELECT FROM products WHERE id = OLD.product_id) THEN
      RAISE EXCEPTION 'stock movements stay as they were written' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END
  $$;
  CREATE TRIGGER append_only_stock_movements BEFORE UPDATE OR TRUNCATE ON stock_movements
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
  CREATE TRIGGER append_only_stock_movements_delete BEFORE DELETE ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION storefront_keep_movement();
`;

const DOWN = `
  DROP TABLE stock_movements;
  DROP FUNCTION storefront_keep_movement();
  DROP TABLE products;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
