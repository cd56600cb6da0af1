'use strict';

/**
 * Payments and refunds are posted to the standard accounts after they happened, so these get back what they were made with:
 * no floor, not archived, their type and their home. Amounts copy floor, hot and frozen.
 */
const UP = `
  UPDATE cash_real_accounts SET archived_at = NULL, version = version + 1 WHERE code IS NOT NULL AND archived_at IS NOT NULL;

  WITH standard (code, type, home) AS (
    VALUES ('shop-income', 'income', 'world'), ('clinic-income', 'income', 'world'), ('opening-balances', 'equity', 'world'),
      ('card-clearing', 'asset', 'card-clearing'), ('desk-cash', 'asset', 'desk')
  )
  UPDATE cash_accounts e
  SET floor = NULL, archived_at = NULL, type = s.type, real_account_id = r.id, version = e.version + 1
  FROM standard s JOIN cash_real_accounts r ON r.code = s.home
  WHERE e.code = s.code AND e.currency = r.currency
    AND (e.floor IS NOT NULL OR e.archived_at IS NOT NULL OR e.type <> s.type OR e.real_account_id <> r.id);

  UPDATE cash_amounts a
  SET floor = e.floor, hot = e.hot, frozen = e.archived_at IS NOT NULL OR r.archived_at IS NOT NULL, amount = b.amount,
      checkpoint = coalesce((SELECT max(p.transaction_number) FROM cash_postings p WHERE p.amount_id = a.id), 0)
  FROM cash_accounts e, cash_real_accounts r, cash_balances b
  WHERE e.id = a.account_id AND r.id = a.real_account_id AND b.amount_id = a.id
    AND (a.floor IS DISTINCT FROM e.floor OR a.hot <> e.hot
      OR a.frozen <> (e.archived_at IS NOT NULL OR r.archived_at IS NOT NULL));

  ALTER TABLE cash_accounts ADD CONSTRAINT cash_accounts_standard_check
    CHECK (code IS NULL OR (floor IS NULL AND archived_at IS NULL));
  ALTER TABLE cash_real_accounts ADD CONSTRAINT cash_real_accounts_standard_check
    CHECK (code IS NULL OR archived_at IS NULL);
`;

const DOWN = `
  ALTER TABLE cash_real_accounts DROP CONSTRAINT cash_real_accounts_standard_check;
  ALTER TABLE cash_accounts DROP CONSTRAINT cash_accounts_standard_check;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
