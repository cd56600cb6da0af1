'use strict';

/**
 * The two EXCLUDE constraints keep live appointments from overlapping: those of one doctor, buffers included, and those
 * of one patient. The trigger allows only the permitted status transitions.
 */
const UP = `
  CREATE TABLE appointments (
    id uuid PRIMARY KEY,
    doctor_id uuid NOT NULL CONSTRAINT appointments_doctor_id_fkey REFERENCES doctors (id),
    patient_id uuid NOT NULL CONSTRAINT appointments_patient_id_fkey REFERENCES patients (id),
    appointment_type_id uuid NOT NULL CONSTRAINT appointments_appointment_type_id_fkey REFERENCES appointment_types (id),
    starts_at timestamptz(3) NOT NULL,
    ends_at timestamptz(3) NOT NULL,
    busy_from timestamptz(3) NOT NULL,
    busy_until timestamptz(3) NOT NULL,
    time_zone text NOT NULL,
    status text NOT NULL,
    reason text,
    staff_note text,
    reschedule_count integer NOT NULL,
    cancelled_by text,
    cancel_reason text,
    price_amount bigint,
    price_currency text,
    revision integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    deleted_at timestamptz(3),
    CONSTRAINT appointments_times_check CHECK (busy_from <= starts_at AND starts_at < ends_at AND ends_at <= busy_until),
    CONSTRAINT appointments_time_zone_check CHECK (char_length(time_zone) BETWEEN 1 AND 64),
    CONSTRAINT appointments_status_check CHECK (
      status IN ('requested', 'booked', 'declined', 'arrived', 'fulfilled', 'noShow', 'cancelled')
    ),
    CONSTRAINT appointments_texts_check CHECK (
      char_length(reason) BETWEEN 1 AND 2000 AND char_length(staff_note) BETWEEN 1 AND 2000
      AND char_length(cancel_reason) BETWEEN 1 AND 2000
    ),
    CONSTRAINT appointments_cancelled_check CHECK (
      (status = 'cancelled') = (cancelled_by IS NOT NULL)
      AND cancelled_by IN ('patient', 'practice') AND (cancel_reason IS NULL OR status = 'cancelled')
    ),
    CONSTRAINT appointments_price_check CHECK (
      (price_amount IS NULL) = (price_currency IS NULL)
      AND price_amount BETWEEN 0 AND 9007199254740991 AND price_currency ~ '^[A-Z]{3}$'
    ),
    CONSTRAINT appointments_counts_check CHECK (reschedule_count >= 0 AND revision >= 1 AND version >= 1),
    CONSTRAINT appointments_updated_at_check CHECK (updated_at >= created_at),
    CONSTRAINT appointments_doctor_busy EXCLUDE USING gist (
      doctor_id WITH =, tstzrange(busy_from, busy_until, '[)') WITH &&
    ) WHERE (status IN ('requested', 'booked', 'arrived', 'fulfilled') AND deleted_at IS NULL),
    CONSTRAINT appointments_patient_busy EXCLUDE USING gist (
      patient_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&
    ) WHERE (status IN ('requested', 'booked', 'arrived', 'fulfilled') AND deleted_at IS NULL)
  );
  COMMENT ON COLUMN appointments.revision IS 'Rises with every change of time, doctor or state: what mails and calendars tell.';
  COMMENT ON COLUMN appointments.deleted_at IS 'Entered in error: in no answer, and in nobody''s way.';
  CREATE INDEX appointments_start_idx ON appointments (starts_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX appointments_doctor_start_idx ON appointments (doctor_id, starts_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX appointments_patient_start_idx ON appointments (patient_id, starts_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX appointments_patient_idx ON appointments (patient_id, id);
  CREATE INDEX appointments_type_idx ON appointments (appointment_type_id);

  CREATE FUNCTION clinic_check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT (OLD.status || '>' || NEW.status = ANY (ARRAY[
      'requested>booked', 'requested>declined', 'requested>cancelled',
      'booked>arrived', 'booked>noShow', 'booked>cancelled',
      'arrived>fulfilled', 'arrived>cancelled', 'noShow>arrived'
    ])) THEN
      RAISE EXCEPTION 'an appointment that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'appointments_transition_check', TABLE = 'appointments';
    END IF;
    RETURN NEW;
  END
  $$;
  CREATE TRIGGER appointments_transition BEFORE UPDATE OF status ON appointments
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION clinic_check_transition();

  CREATE TABLE appointment_history (
    line bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    appointment_id uuid NOT NULL CONSTRAINT appointment_history_appointment_id_fkey REFERENCES appointments (id),
    at timestamptz(3) NOT NULL,
    by_user_id uuid CONSTRAINT appointment_history_by_user_id_fkey REFERENCES users (id),
    from_status text,
    to_status text NOT NULL,
    starts_at timestamptz(3) NOT NULL
  );
  COMMENT ON COLUMN appointment_history.line IS 'Given under the lock of the appointment, so it rises within each whatever the clocks say.';
  COMMENT ON TABLE appointment_history IS 'Every change, without a word of what was written: texts can be forgotten, lines cannot.';
  CREATE INDEX appointment_history_appointment_idx ON appointment_history (appointment_id, line);
  CREATE TRIGGER append_only_appointment_history BEFORE UPDATE OR DELETE OR TRUNCATE ON appointment_history
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();

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
  CREATE UNIQUE INDEX appointment_payments_once ON appointment_payments (appointment_id)
    WHERE status IN ('processing', 'captured');
  CREATE INDEX appointment_payments_appointment_idx ON appointment_payments (appointment_id, id);
  CREATE INDEX appointment_payments_in_doubt_idx ON appointment_payments (created_at, id) WHERE status = 'processing';
`;

const DOWN = `
  DROP TABLE appointment_payments;
  DROP TABLE appointment_history;
  DROP TABLE appointments;
  DROP FUNCTION clinic_check_transition();
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
