'use strict';

// Two refunds that commit at the same moment do not see each other, so together they could exceed the payment (write
// skew). The lock on the order makes the checks run one after the other. The sum is a separate statement, so that it
// sees the earlier refund.
const checks = (lock) => `
  CREATE OR REPLACE FUNCTION storefront_check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    ${lock('SELECT NEW.order_id')}IF NOT EXISTS (
      SELECT FROM payments p WHERE p.id = NEW.payment_id AND p.order_id = NEW.order_id AND p.status = 'captured' AND p.amount >= (
        SELECT sum(r.amount) FROM refunds r WHERE r.payment_id = p.id AND r.status <> 'failed'
      )
    ) AND NEW.status <> 'failed' THEN
      RAISE EXCEPTION 'refunds exceed what payment % brought', NEW.payment_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_captured_check';
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE OR REPLACE FUNCTION storefront_check_restock() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    ${lock('SELECT order_id FROM order_lines WHERE id = NEW.line_id')}IF NOT EXISTS (
      SELECT FROM order_lines l JOIN refunds r ON r.order_id = l.order_id
      WHERE l.id = NEW.line_id AND r.id = NEW.refund_id
        AND l.quantity >= (SELECT sum(b.quantity) FROM refund_restocks b WHERE b.line_id = l.id)
    ) THEN
      RAISE EXCEPTION 'more of line % comes back than went out', NEW.line_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_restocks_sold_check';
    END IF;
    RETURN NULL;
  END
  $$;
`;

const UP = checks(
  (order) => `PERFORM FROM orders WHERE id = (${order}) FOR NO KEY UPDATE;
    `,
);

const DOWN = checks(() => '');

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
