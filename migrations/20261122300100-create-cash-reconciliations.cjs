'use strict';

const UP = `
  CREATE TABLE cash_reconciliations (
    id uuid PRIMARY KEY,
    real_account_id uuid NOT NULL,
    currency text NOT NULL,
    through date NOT NULL,
    closing_balance bigint NOT NULL,
    adjustment_id uuid CONSTRAINT cash_reconciliations_adjustment_id_fkey REFERENCES cash_transactions (id),
    reconciled_at timestamptz(3) NOT NULL,
    reconciled_by uuid CONSTRAINT cash_reconciliations_reconciled_by_fkey REFERENCES users (id),
    CONSTRAINT cash_reconciliations_real_account_fkey FOREIGN KEY (real_account_id, currency)
      REFERENCES cash_real_accounts (id, currency),
    CONSTRAINT cash_reconciliations_adjustment_key UNIQUE (adjustment_id),
    CONSTRAINT cash_reconciliations_balance_check CHECK (
      closing_balance BETWEEN -9007199254740991 AND 9007199254740991
    ),
    CONSTRAINT cash_reconciliations_through_check CHECK (through BETWEEN '1900-01-01' AND '2199-12-31')
  );
  COMMENT ON TABLE cash_reconciliations IS 'Days to whose end the books and the bank, or the count of the box, agreed.';
  CREATE INDEX cash_reconciliations_real_account_idx ON cash_reconciliations (real_account_id, id);
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cash_reconciliations
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();

  CREATE TABLE cash_period_reopenings (
    id uuid PRIMARY KEY,
    period_id uuid NOT NULL
      CONSTRAINT cash_period_reopenings_period_id_fkey REFERENCES cash_periods (id)
      CONSTRAINT cash_period_reopenings_period_id_key UNIQUE,
    reason text NOT NULL,
    reopened_at timestamptz(3) NOT NULL,
    reopened_by uuid CONSTRAINT cash_period_reopenings_reopened_by_fkey REFERENCES users (id),
    CONSTRAINT cash_period_reopenings_reason_check CHECK (char_length(reason) BETWEEN 1 AND 500)
  );
  COMMENT ON TABLE cash_period_reopenings IS 'Closings that were taken back: each closing at most once, and never without a reason.';
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cash_period_reopenings
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();

  -- A month that was reopened can be closed again, so that it has a closing is no longer what is unique, but that it is closed.
  ALTER TABLE cash_periods DROP CONSTRAINT cash_periods_key;
  CREATE INDEX cash_periods_real_account_idx ON cash_periods (real_account_id, id);
  CREATE FUNCTION cash_check_periods() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    -- Who closes holds the real account's row; two who do not are stopped here, one after the other.
    PERFORM FROM cash_real_accounts r JOIN entered e ON e.real_account_id = r.id ORDER BY r.id FOR NO KEY UPDATE OF r;
    IF EXISTS (
      SELECT FROM entered e JOIN cash_periods p ON p.real_account_id = e.real_account_id AND p.period >= e.period
      WHERE p.id <> e.id AND NOT EXISTS (SELECT FROM cash_period_reopenings o WHERE o.period_id = p.id)
    ) THEN
      RAISE EXCEPTION 'the month, or a later one, is closed already'
        USING ERRCODE = 'unique_violation', TABLE = 'cash_periods', CONSTRAINT = 'cash_periods_key';
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER cash_periods_check AFTER INSERT ON cash_periods
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION cash_check_periods();
`;

const DOWN = `
  DROP TRIGGER cash_periods_check ON cash_periods;
  DROP FUNCTION cash_check_periods();
  DROP INDEX cash_periods_real_account_idx;
  SET LOCAL praxis.maintenance = 'on';
  WITH gone AS (DELETE FROM cash_period_reopenings RETURNING period_id)
    DELETE FROM cash_periods p USING gone WHERE p.id = gone.period_id;
  SET LOCAL praxis.maintenance = 'off';
  ALTER TABLE cash_periods ADD CONSTRAINT cash_periods_key UNIQUE (real_account_id, period);
  DROP TABLE cash_period_reopenings;
  DROP TABLE cash_reconciliations;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
