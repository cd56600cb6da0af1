'use strict';

const UP = `
  ALTER TABLE cash_transactions
    ADD COLUMN payer_id uuid CONSTRAINT cash_transactions_payer_id_fkey REFERENCES users (id);
  COMMENT ON COLUMN cash_transactions.payer_id IS 'Who paid or was paid back, where it is one of the users; what they are called is theirs to say.';
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) =>
    queryInterface.sequelize.query('ALTER TABLE cash_transactions DROP COLUMN payer_id'),
};
