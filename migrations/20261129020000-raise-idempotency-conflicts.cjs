'use strict';

/**
 * The two conflicts of an Idempotency-Key, each with its own SQLSTATE: IK001 another request with the key is running,
 * IK002 the key has been answered. An error also aborts the statements that were sent behind the check. The search path
 * is fixed, so that a temporary table cannot stand in for the real one.
 */
const FUNCTIONS = [
  'claim_idempotency_key(bigint)',
  'store_idempotency_answer(bytea, text, bytea, bytea, timestamptz, timestamptz)',
];

module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(`
      CREATE FUNCTION claim_idempotency_key(lock_id bigint) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT pg_try_advisory_xact_lock(lock_id) THEN
          RAISE EXCEPTION 'another request with the Idempotency-Key is running' USING ERRCODE = 'IK001';
        END IF;
      END $$;

      CREATE FUNCTION store_idempotency_answer(
        hash bytea, route text, request_fingerprint bytea, sealed_answer bytea, answered_at timestamptz, kept_until timestamptz
      ) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO idempotency_keys AS k (key_hash, operation, fingerprint, answer, created_at, expires_at)
        VALUES (hash, route, request_fingerprint, sealed_answer, answered_at, kept_until)
        ON CONFLICT (key_hash) DO UPDATE
          SET operation = excluded.operation, fingerprint = excluded.fingerprint, answer = excluded.answer,
              created_at = excluded.created_at, expires_at = excluded.expires_at
          WHERE k.expires_at <= excluded.created_at OR k.answer IS NULL;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the Idempotency-Key has been answered' USING ERRCODE = 'IK002';
        END IF;
      END $$;

      DO $$ BEGIN
        ${FUNCTIONS.map((name) => `EXECUTE format('ALTER FUNCTION ${name} SET search_path = %I, pg_temp', current_schema());`).join('\n        ')}
      END $$;
    `),
  down: (queryInterface) => queryInterface.sequelize.query(`DROP FUNCTION ${FUNCTIONS.join(', ')}`),
};
