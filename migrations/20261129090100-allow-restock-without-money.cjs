'use strict';

/** Pieces come back without money: a refund of 0 that has no payment. */
const UP = `
  ALTER TABLE refunds
    ALTER COLUMN payment_id DROP NOT NULL,
    DROP CONSTRAINT refunds_amount_check,
    ADD CONSTRAINT refunds_amount_check
      CHECK (CASE WHEN payment_id IS NULL THEN amount = 0 AND status = 'succeeded' ELSE amount > 0 END);
  COMMENT ON COLUMN refunds.payment_id IS 'null: only pieces come back, no money.';
  DROP TRIGGER refunds_captured ON refunds;
  CREATE CONSTRAINT TRIGGER refunds_captured AFTER INSERT OR UPDATE ON refunds DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.payment_id IS NOT NULL) EXECUTE FUNCTION storefront_check_refund();
`;

/** The pieces stay in stock. Their movements no longer name the order, which counts them as sold again. */
const DOWN = `
  SET LOCAL praxis.maintenance = 'on';
  UPDATE stock_movements m SET order_id = NULL
  FROM refunds r JOIN refund_restocks b ON b.refund_id = r.id JOIN order_lines l ON l.id = b.line_id
  WHERE r.payment_id IS NULL AND m.order_id = r.order_id AND m.product_id = l.product_id
    AND m.reason = 'refunded' AND m.created_at = r.created_at;
  DELETE FROM refund_restocks b USING refunds r WHERE r.id = b.refund_id AND r.payment_id IS NULL;
  DELETE FROM refunds WHERE payment_id IS NULL;
  SET LOCAL praxis.maintenance = 'off';
  DROP TRIGGER refunds_captured ON refunds;
  CREATE CONSTRAINT TRIGGER refunds_captured AFTER INSERT OR UPDATE ON refunds DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION storefront_check_refund();
  ALTER TABLE refunds
    DROP CONSTRAINT refunds_amount_check,
    ADD CONSTRAINT refunds_amount_check CHECK (amount > 0),
    ALTER COLUMN payment_id SET NOT NULL;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
