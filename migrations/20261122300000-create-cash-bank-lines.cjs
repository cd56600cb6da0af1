'use strict';

const TABLES = `
  CREATE TABLE cash_imports (
    id uuid PRIMARY KEY,
    real_account_id uuid NOT NULL CONSTRAINT cash_imports_real_account_id_fkey REFERENCES cash_real_accounts (id),
    profile text NOT NULL,
    file_sha256 bytea NOT NULL,
    file_bytes integer NOT NULL,
    added integer NOT NULL,
    duplicates integer NOT NULL,
    rejected integer NOT NULL,
    imported_at timestamptz(3) NOT NULL,
    imported_by uuid CONSTRAINT cash_imports_imported_by_fkey REFERENCES users (id),
    CONSTRAINT cash_imports_id_real_account_key UNIQUE (id, real_account_id),
    CONSTRAINT cash_imports_file_check CHECK (octet_length(file_sha256) = 32 AND file_bytes >= 1),
    CONSTRAINT cash_imports_counts_check CHECK (added >= 0 AND duplicates >= 0 AND rejected >= 0)
  );
  COMMENT ON TABLE cash_imports IS 'Statement files that were read in: by whom, when, and what came of their rows.';
  CREATE INDEX cash_imports_real_account_idx ON cash_imports (real_account_id);

  CREATE TABLE cash_bank_lines (
    id uuid PRIMARY KEY,
    real_account_id uuid NOT NULL,
    import_id uuid NOT NULL,
    booked_on date NOT NULL,
    value_date date,
    amount bigint NOT NULL,
    currency text NOT NULL,
    remittance text,
    counterparty text,
    reference text,
    fingerprint bytea NOT NULL,
    occurrence integer NOT NULL,
    CONSTRAINT cash_bank_lines_real_account_fkey FOREIGN KEY (real_account_id, currency)
      REFERENCES cash_real_accounts (id, currency),
    -- The import is written last, when it is known what came of its rows.
    CONSTRAINT cash_bank_lines_import_fkey FOREIGN KEY (import_id, real_account_id)
      REFERENCES cash_imports (id, real_account_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT cash_bank_lines_id_real_account_key UNIQUE (id, real_account_id),
    CONSTRAINT cash_bank_lines_once_key UNIQUE (real_account_id, fingerprint, occurrence),
    CONSTRAINT cash_bank_lines_amount_check CHECK (
      amount <> 0 AND amount BETWEEN -9007199254740991 AND 9007199254740991
    ),
    CONSTRAINT cash_bank_lines_days_check CHECK (
      booked_on BETWEEN '1900-01-01' AND '2199-12-31' AND value_date BETWEEN '1900-01-01' AND '2199-12-31'
    ),
    CONSTRAINT cash_bank_lines_texts_check CHECK (
      char_length(remittance) BETWEEN 1 AND 1000 AND char_length(counterparty) BETWEEN 1 AND 200
      AND char_length(reference) BETWEEN 1 AND 200
    ),
    CONSTRAINT cash_bank_lines_fingerprint_check CHECK (octet_length(fingerprint) = 32),
    CONSTRAINT cash_bank_lines_occurrence_check CHECK (occurrence >= 1)
  );
  COMMENT ON TABLE cash_bank_lines IS 'What the bank says happened in a real account.';
  COMMENT ON COLUMN cash_bank_lines.fingerprint IS 'SHA-256 of everything the bank said in the line.';
  COMMENT ON COLUMN cash_bank_lines.occurrence IS 'The k-th line that says exactly this, counted within one file.';
  CREATE INDEX cash_bank_lines_booked_idx ON cash_bank_lines (real_account_id, booked_on, id);
  CREATE INDEX cash_bank_lines_import_idx ON cash_bank_lines (import_id);

  CREATE TABLE cash_matches (
    id uuid PRIMARY KEY,
    bank_line_id uuid NOT NULL,
    real_account_id uuid NOT NULL,
    live boolean NOT NULL,
    matched_at timestamptz(3) NOT NULL,
    matched_by uuid CONSTRAINT cash_matches_matched_by_fkey REFERENCES users (id),
    removed_at timestamptz(3),
    removed_by uuid CONSTRAINT cash_matches_removed_by_fkey REFERENCES users (id),
    CONSTRAINT cash_matches_bank_line_fkey FOREIGN KEY (bank_line_id, real_account_id)
      REFERENCES cash_bank_lines (id, real_account_id),
    CONSTRAINT cash_matches_live_key UNIQUE (id, real_account_id, live),
    CONSTRAINT cash_matches_removed_check CHECK (
      live = (removed_at IS NULL) AND removed_at >= matched_at AND (removed_by IS NULL OR removed_at IS NOT NULL)
    )
  );
  COMMENT ON TABLE cash_matches IS 'Which transactions a bank line stands for; those that were taken apart again stay as history.';
  CREATE UNIQUE INDEX cash_matches_line_key ON cash_matches (bank_line_id) WHERE live;
  CREATE INDEX cash_matches_line_idx ON cash_matches (bank_line_id, matched_at);

  CREATE TABLE cash_match_transactions (
    match_id uuid NOT NULL,
    real_account_id uuid NOT NULL,
    live boolean NOT NULL,
    transaction_id uuid NOT NULL
      CONSTRAINT cash_match_transactions_transaction_id_fkey REFERENCES cash_transactions (id),
    CONSTRAINT cash_match_transactions_pkey PRIMARY KEY (match_id, transaction_id),
    CONSTRAINT cash_match_transactions_match_fkey FOREIGN KEY (match_id, real_account_id, live)
      REFERENCES cash_matches (id, real_account_id, live) ON UPDATE CASCADE
  );
  COMMENT ON COLUMN cash_match_transactions.live IS 'That of its match, kept by the foreign key, for the index below.';
  CREATE UNIQUE INDEX cash_match_transactions_once_key ON cash_match_transactions (real_account_id, transaction_id) WHERE live;
  CREATE INDEX cash_match_transactions_transaction_idx ON cash_match_transactions (transaction_id);
`;

// Months are compared as text (`yyyy-mm`), so no time zone matters.
const RULES = `
  CREATE FUNCTION cash_check_bank_lines() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM entered e JOIN cash_real_accounts r ON r.id = e.real_account_id
      WHERE to_char(e.booked_on, 'YYYY-MM') <= r.closed_through
    ) THEN
      RAISE EXCEPTION 'the period is closed'
        USING ERRCODE = 'check_violation', TABLE = 'cash_bank_lines', CONSTRAINT = 'cash_bank_lines_period_check';
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER cash_bank_lines_check AFTER INSERT ON cash_bank_lines
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION cash_check_bank_lines();

  CREATE FUNCTION cash_check_matches() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM entered e JOIN cash_bank_lines l ON l.id = e.bank_line_id
      JOIN cash_real_accounts r ON r.id = l.real_account_id
      WHERE to_char(l.booked_on, 'YYYY-MM') <= r.closed_through
    ) THEN
      RAISE EXCEPTION 'the period is closed'
        USING ERRCODE = 'check_violation', TABLE = 'cash_matches', CONSTRAINT = 'cash_matches_period_check';
    END IF;
    IF EXISTS (
      SELECT FROM entered e JOIN cash_bank_lines l ON l.id = e.bank_line_id
      WHERE e.live AND l.amount IS DISTINCT FROM (
        SELECT sum(p.delta) FROM cash_match_transactions m
        JOIN cash_transactions t ON t.id = m.transaction_id
        JOIN cash_postings p ON p.transaction_number = t.number
        JOIN cash_amounts a ON a.id = p.amount_id AND a.real_account_id = e.real_account_id
        WHERE m.match_id = e.id
      )
    ) THEN
      RAISE EXCEPTION 'the transactions do not add up to the bank line'
        USING ERRCODE = 'check_violation', TABLE = 'cash_matches', CONSTRAINT = 'cash_matches_sum_check';
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER cash_matches_check AFTER INSERT ON cash_matches
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION cash_check_matches();
  CREATE TRIGGER cash_matches_check_removal AFTER UPDATE ON cash_matches
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION cash_check_matches();

  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cash_imports
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cash_bank_lines
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
`;

const DOWN = `
  DROP TABLE cash_match_transactions;
  DROP TABLE cash_matches;
  DROP TABLE cash_bank_lines;
  DROP TABLE cash_imports;
  DROP FUNCTION cash_check_matches();
  DROP FUNCTION cash_check_bank_lines();
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(TABLES + RULES),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
