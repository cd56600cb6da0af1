import { notFound } from '../../kernel/errors.js';
import type { AccessAuditor } from './access.js';
import type { Caller, ClinicQueries, Patient } from './ports.js';

type Reading = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** not_found, also for those who were anonymised. */
export type ViewPatient = (query: Readonly<{ caller: Caller; patientId: string }>) => Promise<Patient>;

export const makeViewPatient =
  ({ clinicQueries, accessAuditor }: Reading): ViewPatient =>
  async ({ caller, patientId }) => {
    const patient = await clinicQueries.patient(patientId);
    if (patient === undefined) throw notFound('patient');
    const resource = `/v1/patients/${patientId}`;
    await accessAuditor({ caller, action: 'read-patient', resource, patientIds: [patientId] });
    return patient;
  };
