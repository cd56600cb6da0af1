import type { Page, PageRequest } from '../../kernel/page.js';
import type { AccessAuditor } from './access.js';
import { patientOf } from './find-own-patient.js';
import type { AccessItem, Caller, ClinicQueries } from './ports.js';

type Reading = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** Who of the practice looked, newest first. not_found until there is a file. */
export type ListOwnAccesses = (
  query: Readonly<{ caller: Caller; page: PageRequest }>,
) => Promise<Page<AccessItem>>;

export const makeListOwnAccesses =
  ({ clinicQueries }: Pick<Reading, 'clinicQueries'>): ListOwnAccesses =>
  async ({ caller, page }) =>
    clinicQueries.accessLog((await patientOf(clinicQueries, caller)).id, page);
