'use strict';

/** One index for the lists of a patient, the lock of all appointments of a patient, and the foreign key. */
module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE INDEX appointments_of_patient_idx ON appointments (patient_id, starts_at, id);
      DROP INDEX appointments_patient_start_idx, appointments_patient_idx;
    `),
  down: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE INDEX appointments_patient_start_idx ON appointments (patient_id, starts_at, id) WHERE deleted_at IS NULL;
      CREATE INDEX appointments_patient_idx ON appointments (patient_id, id);
      DROP INDEX appointments_of_patient_idx;
    `),
};
