'use strict';

/**
 * The function of the triggers `append_only…`, on tables whose rows never change. Seeders and the `down` of a migration
 * switch it off by `SET LOCAL praxis.maintenance = 'on'`; the application's role has no right to change these tables
 * anyway.
 */
const UP = `
  CREATE OR REPLACE FUNCTION praxis_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF current_setting('praxis.maintenance', true) = 'on' THEN
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the rows of % stay as they were written', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END
  $$;
`;

const DOWN = `
  DROP FUNCTION praxis_refuse_change();
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
