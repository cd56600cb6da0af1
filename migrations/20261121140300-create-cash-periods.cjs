'use strict';

const UP = `
  CREATE TABLE cash_periods (
    id uuid PRIMARY KEY,
    real_account_id uuid NOT NULL CONSTRAINT cash_periods_real_account_id_fkey REFERENCES cash_real_accounts (id),
    period text NOT NULL,
    starts_at timestamptz(3) NOT NULL,
    ends_at timestamptz(3) NOT NULL,
    closed_at timestamptz(3) NOT NULL,
    closed_by uuid CONSTRAINT cash_periods_closed_by_fkey REFERENCES users (id),
    CONSTRAINT cash_periods_key UNIQUE (real_account_id, period),
    CONSTRAINT cash_periods_period_check CHECK (period ~ '^[12][0-9]{3}-(0[1-9]|1[0-2])$'),
    CONSTRAINT cash_periods_range_check CHECK (starts_at < ends_at AND ends_at <= closed_at)
  );
  COMMENT ON TABLE cash_periods IS 'Months that were closed; nothing more takes effect in them or before.';
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cash_periods
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query('DROP TABLE cash_periods'),
};
