import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { ClinicQueries, TimeOff } from './ports.js';

/** The times off of a doctor, by start. not_found */
export type ListTimeOff = (
  query: Readonly<{ doctorId: string; page: PageRequest }>,
) => Promise<Page<TimeOff>>;

export const makeListTimeOff =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ListTimeOff =>
  async ({ doctorId, page }) => {
    if ((await clinicQueries.doctor(doctorId)) === undefined) throw notFound('doctor');
    return clinicQueries.timeOff(doctorId, page);
  };
