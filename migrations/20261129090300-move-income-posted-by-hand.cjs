'use strict';

/** The same id at every run, so that `down` finds its row. */
const idOf = (sql) => `md5('praxis income by hand ' || ${sql})::uuid`;

/**
 * From now on payments and refunds alone post to the income accounts of shop and clinic. What was posted to them by hand,
 * reversals and refunds of payments included, moves to an account of its own by one transaction for each of the two.
 */
const UP = `
  CREATE TEMPORARY TABLE income_by_hand ON COMMIT DROP AS
    SELECT e.code, e.currency, a.id AS amount_id, e.real_account_id,
      (SELECT coalesce(sum(p.delta), 0)::bigint
       FROM cash_amounts i JOIN cash_postings p ON p.amount_id = i.id
       JOIN cash_transactions t ON t.number = p.transaction_number AND t.origin_type IS NULL
       WHERE i.account_id = e.id) AS balance
    FROM cash_accounts e JOIN cash_amounts a ON a.account_id = e.id AND a.real_account_id = e.real_account_id
    WHERE e.code IN ('shop-income', 'clinic-income');
  DELETE FROM income_by_hand WHERE balance = 0;

  INSERT INTO cash_accounts (id, name, real_account_id, type, currency, is_default, created_at, updated_at, version)
  SELECT DISTINCT ${idOf("'account'")}, 'Income posted by hand', real_account_id, 'income', currency, false, now(), now(), 1
  FROM income_by_hand;
  INSERT INTO cash_amounts (id, account_id, real_account_id, currency, amount, held, version, hot, checkpoint, frozen, closed_until)
  SELECT DISTINCT ${idOf("'amount'")}, ${idOf("'account'")}, i.real_account_id, i.currency, 0, 0, 0, true, 0, false, r.closed_until
  FROM income_by_hand i JOIN cash_real_accounts r ON r.id = i.real_account_id;

  WITH entered AS (
    INSERT INTO cash_transactions (id, amount, currency, description, effective_at, posted_at)
    SELECT ${idOf('code')}, abs(balance), currency, 'Income that was posted by hand', now(), now() FROM income_by_hand
    RETURNING id, number, currency, effective_at, posted_at
  )
  INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, effective_at, posted_at)
  SELECT t.number, side.amount_id, side.delta, t.currency, t.effective_at, t.posted_at
  FROM income_by_hand i JOIN entered t ON t.id = ${idOf('i.code')}
  CROSS JOIN LATERAL (VALUES (i.amount_id, -i.balance), (${idOf("'amount'")}, i.balance)) AS side (amount_id, delta);
  DROP TABLE income_by_hand;
`;

/** The account stays where something else was posted to it. */
const DOWN = `
  SET LOCAL praxis.maintenance = 'on';
  WITH moved AS (
    SELECT number FROM cash_transactions WHERE id IN (${idOf("'shop-income'")}, ${idOf("'clinic-income'")})
  )
  DELETE FROM cash_postings WHERE transaction_number IN (SELECT number FROM moved);
  DELETE FROM cash_transactions WHERE id IN (${idOf("'shop-income'")}, ${idOf("'clinic-income'")});
  SET LOCAL praxis.maintenance = 'off';
  UPDATE cash_amounts a SET amount = coalesce((SELECT sum(p.delta) FROM cash_postings p WHERE p.amount_id = a.id), 0),
    checkpoint = coalesce((SELECT max(p.transaction_number) FROM cash_postings p WHERE p.amount_id = a.id), 0)
  FROM cash_accounts e
  WHERE e.id = a.account_id AND a.hot AND (e.code IN ('shop-income', 'clinic-income') OR e.id = ${idOf("'account'")});
  DELETE FROM cash_amounts a WHERE a.id = ${idOf("'amount'")}
    AND NOT EXISTS (SELECT FROM cash_postings p WHERE p.amount_id = a.id)
    AND NOT EXISTS (SELECT FROM cash_holds h WHERE a.id IN (h.source_amount_id, h.target_amount_id));
  DELETE FROM cash_accounts e WHERE e.id = ${idOf("'account'")}
    AND NOT EXISTS (SELECT FROM cash_amounts a WHERE a.account_id = e.id);
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
