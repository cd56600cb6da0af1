import type { Page, PageRequest } from '../../kernel/page.js';
import type { AccessAuditor } from './access.js';
import type { Caller, ClinicQueries, Patient } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** Patients, newest first; `q` is a prefix of name, email address or phone number. */
export type ListPatients = (
  query: Readonly<{ caller: Caller; q?: string | undefined; page: PageRequest }>,
) => Promise<Page<Patient>>;

export const makeListPatients =
  ({ clinicQueries, accessAuditor }: Dependencies): ListPatients =>
  async ({ caller, q, page }) => {
    const patients = await clinicQueries.patients({ q }, page);
    const patientIds = patients.items.map(({ id }) => id);
    await accessAuditor({ caller, action: 'list-patients', resource: '/v1/patients', patientIds });
    return patients;
  };
