import type { Page, PageRequest } from '../../kernel/page.js';
import { findOwnPatient } from './find-own-patient.js';
import type { AccessItem, Caller, ClinicQueries } from './ports.js';

/** The accesses of staff to the caller's data, newest first. not_found without a patient file */
export type ListOwnAccesses = (
  query: Readonly<{ caller: Caller; page: PageRequest }>,
) => Promise<Page<AccessItem>>;

export const makeListOwnAccesses =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ListOwnAccesses =>
  async ({ caller, page }) =>
    clinicQueries.accessLog((await findOwnPatient(clinicQueries, caller)).id, page);
