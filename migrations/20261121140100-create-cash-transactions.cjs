'use strict';

const TABLES = `
  CREATE TABLE cash_batches (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL,
    created_by uuid CONSTRAINT cash_batches_created_by_fkey REFERENCES users (id)
  );

  CREATE TABLE cash_transactions (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    amount bigint NOT NULL,
    currency text NOT NULL,
    description text,
    effective_at timestamptz(3) NOT NULL,
    posted_at timestamptz(3) NOT NULL,
    reversal_of uuid CONSTRAINT cash_transactions_reversal_of_fkey REFERENCES cash_transactions (id),
    refund_of uuid CONSTRAINT cash_transactions_refund_of_fkey REFERENCES cash_transactions (id),
    origin_type text,
    origin_id text,
    origin_event text,
    batch_id uuid CONSTRAINT cash_transactions_batch_id_fkey REFERENCES cash_batches (id),
    created_by uuid CONSTRAINT cash_transactions_created_by_fkey REFERENCES users (id),
    CONSTRAINT cash_transactions_number_currency_key UNIQUE (number, currency),
    CONSTRAINT cash_transactions_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
    CONSTRAINT cash_transactions_description_check CHECK (char_length(description) BETWEEN 1 AND 500),
    CONSTRAINT cash_transactions_effective_at_check CHECK (effective_at <= posted_at),
    CONSTRAINT cash_transactions_link_check CHECK (reversal_of IS NULL OR refund_of IS NULL),
    CONSTRAINT cash_transactions_origin_check CHECK (
      num_nonnulls(origin_type, origin_id, origin_event) IN (0, 3)
      AND char_length(origin_type) BETWEEN 1 AND 50 AND char_length(origin_id) BETWEEN 1 AND 100
      AND char_length(origin_event) BETWEEN 1 AND 200
    )
  );
  COMMENT ON TABLE cash_transactions IS 'Money that moved from one amount to another; the two ends are its postings.';
  CREATE UNIQUE INDEX cash_transactions_origin_key ON cash_transactions (origin_type, origin_id, origin_event)
    WHERE origin_type IS NOT NULL;
  CREATE UNIQUE INDEX cash_transactions_reversal_of_key ON cash_transactions (reversal_of) WHERE reversal_of IS NOT NULL;
  CREATE INDEX cash_transactions_refund_of_idx ON cash_transactions (refund_of) WHERE refund_of IS NOT NULL;
  CREATE INDEX cash_transactions_effective_at_idx ON cash_transactions (effective_at);

  CREATE TABLE cash_postings (
    transaction_number bigint NOT NULL,
    amount_id uuid NOT NULL,
    delta bigint NOT NULL,
    currency text NOT NULL,
    version integer,
    amount_after bigint,
    effective_at timestamptz(3) NOT NULL,
    posted_at timestamptz(3) NOT NULL,
    CONSTRAINT cash_postings_pkey PRIMARY KEY (transaction_number, amount_id),
    CONSTRAINT cash_postings_transaction_fkey FOREIGN KEY (transaction_number, currency)
      REFERENCES cash_transactions (number, currency),
    CONSTRAINT cash_postings_amount_id_fkey FOREIGN KEY (amount_id, currency) REFERENCES cash_amounts (id, currency),
    CONSTRAINT cash_postings_delta_check CHECK (delta <> 0),
    CONSTRAINT cash_postings_landing_check CHECK ((version IS NULL) = (amount_after IS NULL) AND version >= 1)
  );
  COMMENT ON COLUMN cash_postings.version IS 'Counts the postings of an amount without a gap; null on a hot amount.';
  COMMENT ON COLUMN cash_postings.amount_after IS 'Where this posting left the amount; null on a hot one.';
  CREATE UNIQUE INDEX cash_postings_version_key ON cash_postings (amount_id, version) WHERE version IS NOT NULL;
  CREATE INDEX cash_postings_effective_idx ON cash_postings (amount_id, effective_at, transaction_number) INCLUDE (delta);
  CREATE INDEX cash_postings_recorded_idx ON cash_postings (amount_id, posted_at) INCLUDE (delta);
  CREATE INDEX cash_postings_number_idx ON cash_postings (amount_id, transaction_number) INCLUDE (delta);
`;

// One statement writes a transaction and its postings. These triggers check both at the end of that statement.
const RULES = `
  CREATE FUNCTION cash_check_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM entered t WHERE (
        SELECT count(*) <> 2 OR sum(p.delta) <> 0 OR max(p.delta) <> t.amount
        FROM cash_postings p WHERE p.transaction_number = t.number
      )
    ) THEN
      RAISE EXCEPTION 'a transaction has two postings, minus and plus its amount'
        USING ERRCODE = 'check_violation', TABLE = 'cash_transactions', CONSTRAINT = 'cash_transactions_balance_check';
    END IF;
    IF EXISTS (
      SELECT FROM entered t JOIN cash_transactions o ON o.id = t.refund_of
      WHERE o.amount < (SELECT sum(r.amount) FROM cash_transactions r WHERE r.refund_of = o.id)
    ) THEN
      RAISE EXCEPTION 'refunds exceed the original'
        USING ERRCODE = 'check_violation', TABLE = 'cash_transactions', CONSTRAINT = 'cash_transactions_refunds_check';
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER cash_transactions_check AFTER INSERT ON cash_transactions
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION cash_check_transactions();

  CREATE FUNCTION cash_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM entered e WHERE (
        SELECT count(*) <> 2 OR sum(p.delta) <> 0 FROM cash_postings p WHERE p.transaction_number = e.transaction_number
      )
    ) THEN
      RAISE EXCEPTION 'postings do not sum to zero'
        USING ERRCODE = 'check_violation', TABLE = 'cash_postings', CONSTRAINT = 'cash_postings_balance_check';
    END IF;
    IF EXISTS (
      SELECT FROM entered e JOIN cash_amounts a ON a.id = e.amount_id WHERE e.effective_at < a.closed_until
    ) THEN
      RAISE EXCEPTION 'the period is closed'
        USING ERRCODE = 'check_violation', TABLE = 'cash_postings', CONSTRAINT = 'cash_postings_period_check';
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER cash_postings_check AFTER INSERT ON cash_postings
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION cash_check_postings();

  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cash_batches
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cash_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cash_postings
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
`;

const VIEW = `
  CREATE VIEW cash_balances AS
    SELECT a.id AS amount_id, a.account_id, a.real_account_id, a.currency, a.held, a.floor, a.version, a.hot,
           (a.amount + tail.sum)::bigint AS amount
    FROM cash_amounts a CROSS JOIN LATERAL (
      SELECT coalesce(sum(p.delta), 0) AS sum FROM cash_postings p
      WHERE a.hot AND p.amount_id = a.id AND p.transaction_number > a.checkpoint
    ) AS tail;
  COMMENT ON VIEW cash_balances IS 'Every amount with its full balance.';
`;

const DOWN = `
  DROP VIEW cash_balances;
  DROP TABLE cash_postings;
  DROP TABLE cash_transactions;
  DROP TABLE cash_batches;
  DROP FUNCTION cash_check_postings();
  DROP FUNCTION cash_check_transactions();
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(TABLES + RULES + VIEW),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
