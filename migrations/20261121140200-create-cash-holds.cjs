'use strict';

const UP = `
  CREATE TABLE cash_holds (
    id uuid PRIMARY KEY,
    source_amount_id uuid NOT NULL,
    target_amount_id uuid NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    status text NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    captured bigint,
    transaction_id uuid CONSTRAINT cash_holds_transaction_id_fkey REFERENCES cash_transactions (id),
    created_at timestamptz(3) NOT NULL,
    closed_at timestamptz(3),
    created_by uuid CONSTRAINT cash_holds_created_by_fkey REFERENCES users (id),
    CONSTRAINT cash_holds_source_fkey FOREIGN KEY (source_amount_id, currency) REFERENCES cash_amounts (id, currency),
    CONSTRAINT cash_holds_target_fkey FOREIGN KEY (target_amount_id, currency) REFERENCES cash_amounts (id, currency),
    CONSTRAINT cash_holds_transaction_id_key UNIQUE (transaction_id),
    CONSTRAINT cash_holds_sides_check CHECK (source_amount_id <> target_amount_id),
    CONSTRAINT cash_holds_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
    CONSTRAINT cash_holds_status_check CHECK (status IN ('open', 'captured', 'voided', 'expired')),
    CONSTRAINT cash_holds_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT cash_holds_closed_at_check CHECK ((status = 'open') = (closed_at IS NULL) AND closed_at <= expires_at),
    CONSTRAINT cash_holds_captured_check CHECK (
      (status = 'captured') = (captured IS NOT NULL) AND (captured IS NULL) = (transaction_id IS NULL)
      AND captured BETWEEN 1 AND amount
    )
  );
  COMMENT ON TABLE cash_holds IS 'Money set aside; what is open counts in held of its source amount.';
  CREATE INDEX cash_holds_source_idx ON cash_holds (source_amount_id, created_at);
  CREATE INDEX cash_holds_target_idx ON cash_holds (target_amount_id);
  CREATE INDEX cash_holds_open_idx ON cash_holds (expires_at) INCLUDE (source_amount_id) WHERE status = 'open';
  CREATE INDEX cash_holds_open_source_idx ON cash_holds (source_amount_id) WHERE status = 'open';
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query('DROP TABLE cash_holds'),
};
