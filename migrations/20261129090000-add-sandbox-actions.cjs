'use strict';

/**
 * The sandbox gateway's charges that wait for the payer, charges that were cancelled, perhaps before the gateway received
 * them, and the pages on which a member saves a card.
 */
const UP = `
  ALTER TABLE sandbox_charges
    ALTER COLUMN token DROP NOT NULL,
    ALTER COLUMN amount DROP NOT NULL,
    ALTER COLUMN currency DROP NOT NULL,
    ADD COLUMN reason text,
    ADD COLUMN description text,
    ADD COLUMN return_url text,
    ADD COLUMN expires_at timestamptz(3),
    DROP CONSTRAINT sandbox_charges_outcome_check,
    ADD CONSTRAINT sandbox_charges_outcome_check
      CHECK (outcome IN ('captured', 'declined', 'actionRequired', 'cancelled')),
    ADD CONSTRAINT sandbox_charges_complete_check
      CHECK (outcome = 'cancelled' OR (amount IS NOT NULL AND currency IS NOT NULL)),
    ADD CONSTRAINT sandbox_charges_action_check
      CHECK (outcome <> 'actionRequired' OR (return_url IS NOT NULL AND expires_at IS NOT NULL));
  CREATE TABLE sandbox_card_setups (
    key text PRIMARY KEY CHECK (char_length(key) BETWEEN 1 AND 255),
    return_url text NOT NULL,
    token text,
    expires_at timestamptz(3) NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  );
`;

const DOWN = `
  DROP TABLE sandbox_card_setups;
  DELETE FROM sandbox_charges WHERE outcome IN ('actionRequired', 'cancelled');
  UPDATE sandbox_charges SET token = 'tok_visa_4242' WHERE token IS NULL;
  ALTER TABLE sandbox_charges
    DROP CONSTRAINT sandbox_charges_action_check,
    DROP CONSTRAINT sandbox_charges_complete_check,
    DROP CONSTRAINT sandbox_charges_outcome_check,
    ADD CONSTRAINT sandbox_charges_outcome_check CHECK (outcome IN ('captured', 'declined')),
    DROP COLUMN expires_at,
    DROP COLUMN return_url,
    DROP COLUMN description,
    DROP COLUMN reason,
    ALTER COLUMN currency SET NOT NULL,
    ALTER COLUMN amount SET NOT NULL,
    ALTER COLUMN token SET NOT NULL;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
