'use strict';

const UP = `
  CREATE TABLE patients (
    id uuid PRIMARY KEY,
    user_id uuid CONSTRAINT patients_user_id_fkey REFERENCES users (id),
    name text NOT NULL,
    email text,
    phone text,
    birth_date date,
    anonymised_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT patients_user_id_key UNIQUE (user_id),
    CONSTRAINT patients_name_check CHECK (char_length(name) BETWEEN 1 AND 200 AND name = btrim(name)),
    CONSTRAINT patients_email_check CHECK (char_length(email) <= 254 AND email = lower(email) AND email ~ '^[!-~]+@[!-~]+$'),
    CONSTRAINT patients_phone_check CHECK (char_length(phone) BETWEEN 1 AND 50),
    CONSTRAINT patients_anonymised_check CHECK (
      anonymised_at IS NULL
      OR (name = 'Former patient' AND user_id IS NULL AND email IS NULL AND phone IS NULL AND birth_date IS NULL)
    ),
    CONSTRAINT patients_version_check CHECK (version >= 1),
    CONSTRAINT patients_updated_at_check CHECK (updated_at >= created_at)
  );
  COMMENT ON COLUMN patients.user_id IS 'The member whose file this is; a member has one.';
  COMMENT ON COLUMN patients.anonymised_at IS 'Since then nobody: the row stays for the times that refer to it.';
  CREATE INDEX patients_newest_idx ON patients (created_at DESC, id DESC) WHERE anonymised_at IS NULL;
  CREATE INDEX patients_name_prefix_idx ON patients (lower(name) text_pattern_ops) WHERE anonymised_at IS NULL;
  CREATE INDEX patients_email_prefix_idx ON patients (email text_pattern_ops) WHERE anonymised_at IS NULL;
  CREATE INDEX patients_phone_prefix_idx ON patients (phone text_pattern_ops) WHERE anonymised_at IS NULL;

  CREATE TABLE patient_access_log (
    id uuid PRIMARY KEY,
    patient_id uuid NOT NULL CONSTRAINT patient_access_log_patient_id_fkey REFERENCES patients (id),
    at timestamptz(3) NOT NULL,
    by_user_id uuid NOT NULL CONSTRAINT patient_access_log_by_user_id_fkey REFERENCES users (id),
    action text NOT NULL,
    resource text NOT NULL,
    CONSTRAINT patient_access_log_text_check CHECK (
      char_length(action) BETWEEN 1 AND 100 AND char_length(resource) BETWEEN 1 AND 200
    )
  );
  COMMENT ON TABLE patient_access_log IS 'Who of the practice was shown whose data; added to and never changed.';
  CREATE INDEX patient_access_log_patient_idx ON patient_access_log (patient_id, at DESC, id DESC);
  CREATE TRIGGER append_only_patient_access_log BEFORE UPDATE OR DELETE OR TRUNCATE ON patient_access_log
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
`;

const DOWN = `
  DROP TABLE patient_access_log;
  DROP TABLE patients;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
