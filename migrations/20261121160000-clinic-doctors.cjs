'use strict';

/**
 * btree_gist allows `=` on uuid and `&&` on ranges in one GiST index. With such indexes the database itself refuses two
 * bookings of one time.
 */
const UP = `
  CREATE EXTENSION IF NOT EXISTS btree_gist;

  CREATE TABLE doctors (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    specialty text,
    time_zone text NOT NULL,
    user_id uuid CONSTRAINT doctors_user_id_fkey REFERENCES users (id),
    is_active boolean NOT NULL,
    hours_version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT doctors_user_id_key UNIQUE (user_id),
    CONSTRAINT doctors_name_check CHECK (char_length(name) BETWEEN 1 AND 200 AND name = btrim(name)),
    CONSTRAINT doctors_email_check CHECK (char_length(email) <= 254 AND email = lower(email) AND email ~ '^[!-~]+@[!-~]+$'),
    CONSTRAINT doctors_specialty_check CHECK (char_length(specialty) BETWEEN 1 AND 200),
    CONSTRAINT doctors_time_zone_check CHECK (char_length(time_zone) BETWEEN 1 AND 64),
    CONSTRAINT doctors_version_check CHECK (version >= 1 AND hours_version >= 1),
    CONSTRAINT doctors_updated_at_check CHECK (updated_at >= created_at)
  );
  COMMENT ON COLUMN doctors.time_zone IS 'As it was given. No wall clock is ever resolved in SQL.';
  CREATE INDEX doctors_name_idx ON doctors (name, id);

  CREATE TABLE working_hours (
    doctor_id uuid NOT NULL CONSTRAINT working_hours_doctor_id_fkey REFERENCES doctors (id) ON DELETE CASCADE,
    weekday smallint NOT NULL,
    from_minute smallint NOT NULL,
    until_minute smallint NOT NULL,
    PRIMARY KEY (doctor_id, weekday, from_minute),
    CONSTRAINT working_hours_weekday_check CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT working_hours_minutes_check CHECK (0 <= from_minute AND from_minute < until_minute AND until_minute <= 1440),
    CONSTRAINT working_hours_overlap EXCLUDE USING gist (
      doctor_id WITH =, weekday WITH =, int4range(from_minute, until_minute) WITH &&
    )
  );
  COMMENT ON TABLE working_hours IS 'Every week, as minutes of the doctor''s wall clock; 1 is Monday (ISO 8601).';

  CREATE TABLE time_off (
    id uuid PRIMARY KEY,
    doctor_id uuid NOT NULL CONSTRAINT time_off_doctor_id_fkey REFERENCES doctors (id) ON DELETE CASCADE,
    starts_at timestamptz(3) NOT NULL,
    ends_at timestamptz(3) NOT NULL,
    note text,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT time_off_range_check CHECK (starts_at < ends_at),
    CONSTRAINT time_off_note_check CHECK (char_length(note) BETWEEN 1 AND 2000)
  );
  CREATE INDEX time_off_doctor_idx ON time_off (doctor_id, starts_at, id);

  CREATE TABLE appointment_types (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    duration_minutes integer NOT NULL,
    buffer_before_minutes integer NOT NULL,
    buffer_after_minutes integer NOT NULL,
    min_notice_minutes integer NOT NULL,
    cancel_notice_minutes integer NOT NULL,
    max_reschedules integer NOT NULL,
    price_amount bigint,
    price_currency text,
    needs_approval boolean NOT NULL,
    retired_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT appointment_types_name_check CHECK (char_length(name) BETWEEN 1 AND 200 AND name = btrim(name)),
    CONSTRAINT appointment_types_duration_check CHECK (duration_minutes BETWEEN 1 AND 1440),
    CONSTRAINT appointment_types_buffers_check CHECK (
      buffer_before_minutes BETWEEN 0 AND 1440 AND buffer_after_minutes BETWEEN 0 AND 1440
    ),
    CONSTRAINT appointment_types_notice_check CHECK (min_notice_minutes >= 0 AND cancel_notice_minutes >= 0),
    CONSTRAINT appointment_types_max_reschedules_check CHECK (max_reschedules >= 0),
    CONSTRAINT appointment_types_price_check CHECK (
      (price_amount IS NULL) = (price_currency IS NULL)
      AND price_amount BETWEEN 0 AND 9007199254740991 AND price_currency ~ '^[A-Z]{3}$'
    ),
    CONSTRAINT appointment_types_version_check CHECK (version >= 1),
    CONSTRAINT appointment_types_updated_at_check CHECK (updated_at >= created_at)
  );
  CREATE INDEX appointment_types_name_idx ON appointment_types (name, id) WHERE retired_at IS NULL;
`;

// The clinic of the demo practice is gone, so `seed` may load it again: the record is deleted from SequelizeData, the
// list of executed seeders. That table exists only after a first seed.
const DOWN = `
  DROP TABLE appointment_types;
  DROP TABLE time_off;
  DROP TABLE working_hours;
  DROP TABLE doctors;
  DROP EXTENSION btree_gist;
  DO $$ BEGIN
    IF to_regclass('"SequelizeData"') IS NOT NULL THEN
      DELETE FROM "SequelizeData" WHERE name LIKE '%-clinic.cjs';
    END IF;
  END $$;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};
