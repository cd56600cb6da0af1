import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changePatient } from '../domain/patient.js';
import { logAccess } from './access.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { Caller, ClinicPorts, Patient, PatientDetails } from './ports.js';

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts>; clock: Clock; ids: IdGenerator }>;

/** Changes the given fields of a patient file. not_found, stale `version-mismatch`, invalid `validation`, conflict `patient-file-exists` */
export type ChangePatient = (
  command: Readonly<{
    caller: Caller;
    patientId: string;
    changes: Partial<PatientDetails & Readonly<{ userId: string | null }>>;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<Patient>;

export const makeChangePatient =
  ({ clinicUnitOfWork, clock, ids }: Dependencies): ChangePatient =>
  ({ caller, patientId, changes, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ patients, accessLog }) => {
      const patient = await patients.lock(patientId);
      if (patient?.anonymisedAt !== null) throw notFound('patient');
      assertVersion(patient, expectedVersion);
      const changed = await patients.save(changePatient(patient, changes, clock.now()));
      const resource = `/v1/patients/${patientId}`;
      const access = { caller, action: 'change-patient', resource, patientIds: [patientId] };
      await logAccess(accessLog, access, { clock, ids });
      return changed;
    });
