'use strict';

/**
 * The refunds of a payment may not exceed it. This is checked at COMMIT, while the application holds the lock of the
 * order.
 */
const UP = `
  CREATE TABLE payments (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL CONSTRAINT payments_order_id_fkey REFERENCES orders (id),
    method text NOT NULL,
    amount bigint NOT NULL,
    status text NOT NULL,
    card_last4 text,
    request_handle text,
    created_at timestamptz(3) NOT NULL,
    settled_at timestamptz(3),
    CONSTRAINT payments_method_check CHECK (method IN ('card', 'desk')),
    CONSTRAINT payments_amount_check CHECK (amount > 0),
    CONSTRAINT payments_status_check CHECK (status IN ('processing', 'captured', 'declined', 'failed')),
    CONSTRAINT payments_card_check CHECK ((method = 'card') = (card_last4 IS NOT NULL) AND card_last4 ~ '^[0-9]{4}$'),
    CONSTRAINT payments_desk_check CHECK (method = 'card' OR status = 'captured'),
    CONSTRAINT payments_settled_check CHECK ((status = 'processing') = (settled_at IS NULL)),
    CONSTRAINT payments_handle_check CHECK (request_handle IS NULL OR status = 'processing')
  );
  COMMENT ON TABLE payments IS 'Tries to pay an order; the id is the key the gateway knows it by.';
  COMMENT ON COLUMN payments.request_handle IS 'The Idempotency-Key that its settlement lets go of.';
  CREATE INDEX payments_order_idx ON payments (order_id, created_at, id);
  CREATE UNIQUE INDEX payments_one_processing_key ON payments (order_id) WHERE status = 'processing';
  CREATE INDEX payments_processing_idx ON payments (created_at) WHERE status = 'processing';
  CREATE INDEX payments_failed_idx ON payments (settled_at) WHERE status = 'failed';

  CREATE TABLE refunds (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL CONSTRAINT refunds_order_id_fkey REFERENCES orders (id),
    payment_id uuid NOT NULL CONSTRAINT refunds_payment_id_fkey REFERENCES payments (id),
    amount bigint NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    settled_at timestamptz(3),
    CONSTRAINT refunds_amount_check CHECK (amount > 0),
    CONSTRAINT refunds_reason_check CHECK (char_length(reason) BETWEEN 1 AND 200),
    CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'succeeded', 'failed')),
    CONSTRAINT refunds_settled_check CHECK ((status = 'pending') = (settled_at IS NULL))
  );
  COMMENT ON TABLE refunds IS 'Money on its way back; the id is the key the gateway knows it by.';
  CREATE INDEX refunds_order_idx ON refunds (order_id, created_at, id);
  CREATE INDEX refunds_payment_idx ON refunds (payment_id);
  CREATE INDEX refunds_pending_idx ON refunds (created_at) WHERE status = 'pending';

  CREATE TABLE refund_restocks (
    refund_id uuid NOT NULL CONSTRAINT refund_restocks_refund_id_fkey REFERENCES refunds (id),
    line_id uuid NOT NULL CONSTRAINT refund_restocks_line_id_fkey REFERENCES order_lines (id),
    quantity integer NOT NULL,
    CONSTRAINT refund_restocks_pkey PRIMARY KEY (refund_id, line_id),
    CONSTRAINT refund_restocks_quantity_check CHECK (quantity >= 1)
  );
  COMMENT ON TABLE refund_restocks IS 'Pieces that came back with a refund.';
  CREATE INDEX refund_restocks_line_idx ON refund_restocks (line_id);
  CREATE TRIGGER append_only_refund_restocks BEFORE UPDATE OR DELETE OR TRUNCATE ON refund_restocks
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();

  CREATE FUNCTION storefront_guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (NEW.id, NEW.order_id, NEW.method, NEW.amount) IS DISTINCT FROM (OLD.id, OLD.order_id, OLD.method, OLD.amount)
      OR (NEW.status <> OLD.status AND NOT (OLD.status = 'processing' OR (OLD.status = 'failed' AND NEW.status = 'captured')))
    THEN
      RAISE EXCEPTION 'a payment that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_transition_check';
    END IF;
    RETURN NEW;
  END
  $$;
  CREATE TRIGGER payments_guard BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION storefront_guard_payment();

  CREATE FUNCTION storefront_guard_refund() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (NEW.id, NEW.order_id, NEW.payment_id, NEW.amount) IS DISTINCT FROM (OLD.id, OLD.order_id, OLD.payment_id, OLD.amount)
      OR (NEW.status <> OLD.status AND OLD.status <> 'pending')
    THEN
      RAISE EXCEPTION 'a refund that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_transition_check';
    END IF;
    RETURN NEW;
  END
  $$;
  CREATE TRIGGER refunds_guard BEFORE UPDATE ON refunds FOR EACH ROW EXECUTE FUNCTION storefront_guard_refund();

  CREATE FUNCTION storefront_check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT EXISTS (
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
  CREATE CONSTRAINT TRIGGER refunds_captured AFTER INSERT OR UPDATE ON refunds DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION storefront_check_refund();

  CREATE FUNCTION storefront_check_restock() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT EXISTS (
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
  CREATE CONSTRAINT TRIGGER refund_restocks_sold AFTER INSERT ON refund_restocks DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION storefront_check_restock();
`;

const DOWN = `
  DROP TABLE refund_restocks;
  DROP TABLE refunds;
  DROP TABLE payments;
  DROP FUNCTION storefront_check_restock();
  DROP FUNCTION storefront_check_refund();
  DROP FUNCTION storefront_guard_refund();
  DROP FUNCTION storefront_guard_payment();
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
