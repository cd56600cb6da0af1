import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { AccessAuditor } from './access.js';
import type { Caller, ClinicQueries, Patient } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** All patients with a past or future appointment with the doctor. not_found */
export type ListPatientsOfDoctor = (
  query: Readonly<{ caller: Caller; doctorId: string; page: PageRequest }>,
) => Promise<Page<Patient>>;

export const makeListPatientsOfDoctor =
  ({ clinicQueries, accessAuditor }: Dependencies): ListPatientsOfDoctor =>
  async ({ caller, doctorId, page }) => {
    const patients = await clinicQueries.patientsOfDoctor(doctorId, page);
    if (patients === undefined) throw notFound('doctor');
    const patientIds = patients.items.map(({ id }) => id);
    const resource = `/v1/doctors/${doctorId}/patients`;
    await accessAuditor({ caller, action: 'list-patients-of-doctor', resource, patientIds });
    return patients;
  };
