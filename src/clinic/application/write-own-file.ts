import type { Clock } from '../../kernel/clock.js';
import { notFound, versionMismatch } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changePatient, newPatient } from '../domain/patient.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { Caller, ClinicPorts, Patient, PatientDetails } from './ports.js';

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts>; clock: Clock; ids: IdGenerator }>;

/**
 * Replaces the caller's own patient file; clears omitted fields. With null as expected version it also creates the file.
 * stale `version-mismatch`, invalid `validation`
 */
export type WriteOwnFile = (
  command: Readonly<{ caller: Caller; details: PatientDetails; expectedVersion: ExpectedVersion }>,
) => Promise<Patient>;

export const makeWriteOwnFile =
  ({ clinicUnitOfWork, clock, ids }: Dependencies): WriteOwnFile =>
  ({ caller: { userId }, details, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ patients }) => {
      const known = await patients.findByUser(userId);
      if (known === undefined && typeof expectedVersion === 'number') throw versionMismatch();
      const fresh = newPatient({ id: ids.next(), userId, ...details }, clock.now());
      const file = known ?? (await patients.insertUnlessThere({ ...fresh, userId }));
      if (file.id === fresh.id) return file;
      const locked = await patients.lock(file.id);
      if (locked?.userId !== userId) throw notFound('patient file');
      assertVersion(locked, expectedVersion);
      return patients.save(changePatient(locked, details, clock.now()));
    });
