import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newPatient } from '../domain/patient.js';
import { logAccess } from './access.js';
import type { Caller, ClinicPorts, Patient, PatientDetails } from './ports.js';

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts>; clock: Clock; ids: IdGenerator }>;

/** Creates a patient file, with or without an account. invalid `validation`, conflict `patient-file-exists` */
export type AddPatient = (
  command: Readonly<{ caller: Caller; details: PatientDetails & Readonly<{ userId: string | null }> }>,
) => Promise<Patient>;

export const makeAddPatient =
  ({ clinicUnitOfWork, clock, ids }: Dependencies): AddPatient =>
  ({ caller, details }) => {
    const patient = newPatient({ id: ids.next(), ...details }, clock.now());
    return clinicUnitOfWork.run(async ({ patients, accessLog }) => {
      await patients.insert(patient);
      const resource = `/v1/patients/${patient.id}`;
      const access = { caller, action: 'add-patient', resource, patientIds: [patient.id] };
      await logAccess(accessLog, access, { clock, ids });
      return patient;
    });
  };
