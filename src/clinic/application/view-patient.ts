import { notFound } from '../../kernel/errors.js';
import type { AccessAuditor } from './access.js';
import type { Caller, ClinicQueries, Patient } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** A patient. not_found, also for an anonymised one */
export type ViewPatient = (query: Readonly<{ caller: Caller; patientId: string }>) => Promise<Patient>;

export const makeViewPatient =
  ({ clinicQueries, accessAuditor }: Dependencies): ViewPatient =>
  async ({ caller, patientId }) => {
    const patient = await clinicQueries.patient(patientId);
    if (patient === undefined) throw notFound('patient');
    const resource = `/v1/patients/${patientId}`;
    await accessAuditor({ caller, action: 'read-patient', resource, patientIds: [patientId] });
    return patient;
  };
