'use strict';

// Two refunds that commit at the same moment do not see each other: each would find room for itself (write skew).
// The row of the payment lets them count one after the other, and the count, a statement of its own, sees the earlier one.
const check = (lock) => `
  CREATE OR REPLACE FUNCTION storefront_check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    ${lock}IF NOT EXISTS (
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
`;

const UP = check(`PERFORM FROM payments WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    `);

const DOWN = check('');

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
