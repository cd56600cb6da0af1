import type { Page, PageRequest } from '../../kernel/page.js';
import type { ClinicQueries, Doctor } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries }>;

/** Doctors by name; staff also get inactive ones. */
export type ListDoctors = (query: Readonly<{ isStaff: boolean; page: PageRequest }>) => Promise<Page<Doctor>>;

export const makeListDoctors =
  ({ clinicQueries }: Dependencies): ListDoctors =>
  ({ isStaff, page }) =>
    clinicQueries.doctors({ activeOnly: !isStaff }, page);
