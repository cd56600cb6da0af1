'use strict';

/**
 * The same rules with half of the queries: only a transaction that is a refund is compared with its original, and one query
 * over the postings finds what is out of balance and what is in a closed period.
 */
const UP = `
  CREATE OR REPLACE FUNCTION cash_check_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
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
    RETURN NULL;
  END
  $$;

  CREATE FUNCTION cash_check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM cash_transactions o WHERE o.id = NEW.refund_of
        AND o.amount < (SELECT sum(r.amount) FROM cash_transactions r WHERE r.refund_of = o.id)
    ) THEN
      RAISE EXCEPTION 'refunds exceed the original'
        USING ERRCODE = 'check_violation', TABLE = 'cash_transactions', CONSTRAINT = 'cash_transactions_refunds_check';
    END IF;
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER cash_transactions_refunds AFTER INSERT ON cash_transactions
    FOR EACH ROW WHEN (NEW.refund_of IS NOT NULL) EXECUTE FUNCTION cash_check_refund();

  CREATE OR REPLACE FUNCTION cash_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    unbalanced boolean;
    closed boolean;
  BEGIN
    SELECT
      bool_or((
        SELECT count(*) <> 2 OR sum(p.delta) <> 0 FROM cash_postings p WHERE p.transaction_number = e.transaction_number
      )),
      bool_or(e.effective_at < a.closed_until)
    INTO unbalanced, closed
    FROM entered e JOIN cash_amounts a ON a.id = e.amount_id;
    IF unbalanced THEN
      RAISE EXCEPTION 'postings do not sum to zero'
        USING ERRCODE = 'check_violation', TABLE = 'cash_postings', CONSTRAINT = 'cash_postings_balance_check';
    END IF;
    IF closed THEN
      RAISE EXCEPTION 'the period is closed'
        USING ERRCODE = 'check_violation', TABLE = 'cash_postings', CONSTRAINT = 'cash_postings_period_check';
    END IF;
    RETURN NULL;
  END
  $$;
`;

const DOWN = `
  DROP TRIGGER cash_transactions_refunds ON cash_transactions;
  DROP FUNCTION cash_check_refund();
  CREATE OR REPLACE FUNCTION cash_check_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
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
  CREATE OR REPLACE FUNCTION cash_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
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
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
