import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { AccessAuditor } from './access.js';
import type { Caller, ClinicQueries, Doctor } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** All doctors with a past or future appointment of the patient. The access is logged. not_found */
export type ListDoctorsOfPatient = (
  query: Readonly<{ caller: Caller; patientId: string; page: PageRequest }>,
) => Promise<Page<Doctor>>;

export const makeListDoctorsOfPatient =
  ({ clinicQueries, accessAuditor }: Dependencies): ListDoctorsOfPatient =>
  async ({ caller, patientId, page }) => {
    const doctors = await clinicQueries.doctorsOfPatient(patientId, page);
    if (doctors === undefined) throw notFound('patient');
    const resource = `/v1/patients/${patientId}/doctors`;
    await accessAuditor({ caller, action: 'list-doctors-of-patient', resource, patientIds: [patientId] });
    return doctors;
  };
