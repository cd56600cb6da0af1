import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { AccessAuditor } from './access.js';
import type { Caller, ClinicQueries, Doctor } from './ports.js';

type Reading = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** Every doctor the patient has or had an appointment with, which tells something of the patient. not_found */
export type ListDoctorsOfPatient = (
  query: Readonly<{ caller: Caller; patientId: string; page: PageRequest }>,
) => Promise<Page<Doctor>>;

export const makeListDoctorsOfPatient =
  ({ clinicQueries, accessAuditor }: Reading): ListDoctorsOfPatient =>
  async ({ caller, patientId, page }) => {
    const doctors = await clinicQueries.doctorsOfPatient(patientId, page);
    if (doctors === undefined) throw notFound('patient');
    const resource = `/v1/patients/${patientId}/doctors`;
    await accessAuditor({ caller, action: 'list-doctors-of-patient', resource, patientIds: [patientId] });
    return doctors;
  };
