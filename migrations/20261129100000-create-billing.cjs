'use strict';

/**
 * One table of payments and one of refunds for all that is paid for. `origin_type` and `origin_id` name the order or the
 * appointment; its row, locked by the application, serializes the payments and refunds of one origin. The payments of
 * appointments move here.
 */
const UP = `
  CREATE TABLE billing_payments (
    id uuid PRIMARY KEY,
    origin_type text NOT NULL,
    origin_id uuid NOT NULL,
    payer_id uuid CONSTRAINT billing_payments_payer_id_fkey REFERENCES users (id),
    method text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    status text NOT NULL,
    card_last4 text,
    gateway_reference text,
    request_handle text,
    created_by uuid CONSTRAINT billing_payments_created_by_fkey REFERENCES users (id),
    created_at timestamptz(3) NOT NULL,
    settled_at timestamptz(3),
    CONSTRAINT billing_payments_origin_type_check CHECK (origin_type IN ('order', 'appointment')),
    CONSTRAINT billing_payments_method_check CHECK (method IN ('card', 'desk')),
    CONSTRAINT billing_payments_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
    CONSTRAINT billing_payments_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT billing_payments_status_check CHECK (status IN ('processing', 'captured', 'declined', 'failed')),
    CONSTRAINT billing_payments_card_check CHECK ((method = 'card') = (card_last4 IS NOT NULL) AND card_last4 ~ '^[0-9]{4}$'),
    CONSTRAINT billing_payments_desk_check CHECK (method = 'card' OR status = 'captured'),
    CONSTRAINT billing_payments_settled_check CHECK ((status = 'processing') = (settled_at IS NULL)),
    CONSTRAINT billing_payments_handle_check CHECK (request_handle IS NULL OR status = 'processing')
  );
  COMMENT ON TABLE billing_payments IS 'Attempts to pay for an origin; the id is the key of the charge at the gateway.';
  COMMENT ON COLUMN billing_payments.request_handle IS 'The Idempotency-Key that the settlement releases.';
  CREATE INDEX billing_payments_origin_idx ON billing_payments (origin_id, origin_type, created_at, id);
  CREATE INDEX billing_payments_payer_idx ON billing_payments (payer_id, created_at DESC, id DESC);
  CREATE INDEX billing_payments_newest_idx ON billing_payments (created_at DESC, id DESC);
  CREATE UNIQUE INDEX billing_payments_one_processing_key ON billing_payments (origin_id, origin_type) WHERE status = 'processing';
  CREATE INDEX billing_payments_processing_idx ON billing_payments (created_at) WHERE status = 'processing';
  CREATE INDEX billing_payments_failed_idx ON billing_payments (settled_at) WHERE status = 'failed';

  CREATE TABLE billing_refunds (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL CONSTRAINT billing_refunds_payment_id_fkey REFERENCES billing_payments (id),
    origin_type text NOT NULL,
    origin_id uuid NOT NULL,
    payer_id uuid CONSTRAINT billing_refunds_payer_id_fkey REFERENCES users (id),
    method text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    created_by uuid CONSTRAINT billing_refunds_created_by_fkey REFERENCES users (id),
    created_at timestamptz(3) NOT NULL,
    paid_out_by uuid CONSTRAINT billing_refunds_paid_out_by_fkey REFERENCES users (id),
    settled_at timestamptz(3),
    CONSTRAINT billing_refunds_method_check CHECK (method IN ('card', 'desk')),
    CONSTRAINT billing_refunds_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
    CONSTRAINT billing_refunds_reason_check CHECK (char_length(reason) BETWEEN 1 AND 200),
    CONSTRAINT billing_refunds_status_check CHECK (status IN ('pending', 'succeeded', 'failed')),
    CONSTRAINT billing_refunds_settled_check CHECK ((status = 'pending') = (settled_at IS NULL)),
    CONSTRAINT billing_refunds_paid_out_check CHECK (paid_out_by IS NULL OR (method = 'desk' AND status = 'succeeded'))
  );
  COMMENT ON TABLE billing_refunds IS 'Money that goes back to the payer; the id is the key of the refund at the gateway.';
  CREATE INDEX billing_refunds_origin_idx ON billing_refunds (origin_id, origin_type, created_at, id);
  CREATE INDEX billing_refunds_payment_idx ON billing_refunds (payment_id);
  CREATE INDEX billing_refunds_payer_idx ON billing_refunds (payer_id, created_at DESC, id DESC);
  CREATE INDEX billing_refunds_newest_idx ON billing_refunds (created_at DESC, id DESC);
  CREATE INDEX billing_refunds_pending_idx ON billing_refunds (created_at) WHERE status = 'pending';

  CREATE VIEW public_payments AS
    SELECT id, origin_type, origin_id, method, amount, currency, status, card_last4, created_at FROM billing_payments;
  CREATE VIEW public_refunds AS
    SELECT id, origin_type, origin_id, method, amount, currency, reason, status, created_at FROM billing_refunds;
  COMMENT ON VIEW public_payments IS 'The payments, for other contexts to join.';
  COMMENT ON VIEW public_refunds IS 'The refunds, for other contexts to join.';

  CREATE FUNCTION billing_guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (NEW.id, NEW.origin_type, NEW.origin_id, NEW.method, NEW.amount, NEW.currency)
      IS DISTINCT FROM (OLD.id, OLD.origin_type, OLD.origin_id, OLD.method, OLD.amount, OLD.currency)
      OR (NEW.status <> OLD.status AND NOT (OLD.status = 'processing' OR (OLD.status = 'failed' AND NEW.status = 'captured')))
    THEN
      RAISE EXCEPTION 'a payment that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_payments_transition_check';
    END IF;
    RETURN NEW;
  END
  $$;
  CREATE TRIGGER billing_payments_guard BEFORE UPDATE ON billing_payments
    FOR EACH ROW EXECUTE FUNCTION billing_guard_payment();

  CREATE FUNCTION billing_guard_refund() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (NEW.id, NEW.payment_id, NEW.origin_type, NEW.origin_id, NEW.method, NEW.amount, NEW.currency)
      IS DISTINCT FROM (OLD.id, OLD.payment_id, OLD.origin_type, OLD.origin_id, OLD.method, OLD.amount, OLD.currency)
      OR (NEW.status <> OLD.status AND OLD.status <> 'pending')
    THEN
      RAISE EXCEPTION 'a refund that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_refunds_transition_check';
    END IF;
    RETURN NEW;
  END
  $$;
  CREATE TRIGGER billing_refunds_guard BEFORE UPDATE ON billing_refunds
    FOR EACH ROW EXECUTE FUNCTION billing_guard_refund();

  -- The lock of the payment lets refunds that commit at the same moment count one after the other.
  CREATE FUNCTION billing_check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM FROM billing_payments WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF NEW.status <> 'failed' AND NOT EXISTS (
      SELECT FROM billing_payments p
      WHERE p.id = NEW.payment_id AND p.status = 'captured' AND p.currency = NEW.currency
        AND (p.origin_type, p.origin_id) = (NEW.origin_type, NEW.origin_id)
        AND (NEW.method = p.method OR NEW.method = 'desk')
        AND p.amount >= (SELECT sum(r.amount) FROM billing_refunds r WHERE r.payment_id = p.id AND r.status <> 'failed')
    ) THEN
      RAISE EXCEPTION 'the refunds of payment % exceed what was captured', NEW.payment_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_refunds_captured_check';
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE CONSTRAINT TRIGGER billing_refunds_captured AFTER INSERT OR UPDATE ON billing_refunds DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_check_refund();

  INSERT INTO billing_payments (id, origin_type, origin_id, payer_id, method, amount, currency, status, card_last4,
    request_handle, created_by, created_at, settled_at)
  SELECT y.id, 'appointment', y.appointment_id, p.user_id, y.method, y.amount, y.currency, y.status, y.card_last4,
    CASE y.status WHEN 'processing' THEN y.request_handle END, y.created_by, y.created_at,
    CASE WHEN y.status <> 'processing' THEN y.updated_at END
  FROM appointment_payments y JOIN appointments a ON a.id = y.appointment_id JOIN patients p ON p.id = a.patient_id;
  DROP TABLE appointment_payments;
`;

/** The table as the version before had it. A refund of an appointment has no place there, so it is refused. */
const DOWN = `
  DO $$ BEGIN
    IF EXISTS (SELECT FROM billing_refunds) THEN
      RAISE EXCEPTION 'billing_refunds is not empty: the version before cannot hold refunds of appointments';
    END IF;
    IF EXISTS (
      SELECT FROM billing_payments WHERE status IN ('processing', 'captured') GROUP BY origin_id HAVING count(*) > 1
    ) THEN
      RAISE EXCEPTION 'an appointment was paid more than once: the version before cannot hold that';
    END IF;
  END $$;
  CREATE TABLE appointment_payments (
    id uuid PRIMARY KEY,
    appointment_id uuid NOT NULL CONSTRAINT appointment_payments_appointment_id_fkey REFERENCES appointments (id),
    method text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    status text NOT NULL,
    card_last4 text,
    request_handle text,
    created_by uuid NOT NULL CONSTRAINT appointment_payments_created_by_fkey REFERENCES users (id),
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT appointment_payments_method_check CHECK (method IN ('desk', 'card')),
    CONSTRAINT appointment_payments_status_check CHECK (status IN ('processing', 'captured', 'declined', 'failed')),
    CONSTRAINT appointment_payments_desk_check CHECK (method = 'card' OR (status = 'captured' AND card_last4 IS NULL)),
    CONSTRAINT appointment_payments_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
    CONSTRAINT appointment_payments_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT appointment_payments_card_last4_check CHECK (card_last4 ~ '^[0-9]{4}$')
  );
  INSERT INTO appointment_payments
  SELECT id, origin_id, method, amount, currency, status, card_last4, request_handle, created_by, created_at,
    coalesce(settled_at, created_at)
  FROM billing_payments WHERE origin_type = 'appointment';
  CREATE UNIQUE INDEX appointment_payments_once ON appointment_payments (appointment_id)
    WHERE status IN ('processing', 'captured');
  CREATE INDEX appointment_payments_appointment_idx ON appointment_payments (appointment_id, id);
  CREATE INDEX appointment_payments_in_doubt_idx ON appointment_payments (created_at, id) WHERE status = 'processing';
  CREATE INDEX appointment_payments_failed_idx ON appointment_payments (updated_at) WHERE status = 'failed';
  DROP VIEW public_refunds;
  DROP VIEW public_payments;
  DROP TABLE billing_refunds;
  DROP TABLE billing_payments;
  DROP FUNCTION billing_check_refund();
  DROP FUNCTION billing_guard_refund();
  DROP FUNCTION billing_guard_payment();
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
