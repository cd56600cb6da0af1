import { notFound } from '../../kernel/errors.js';
import type { ClinicQueries, WeeklyWindow } from './ports.js';

/** The weekly working hours of a doctor, in order; they have a version of their own. */
export type WorkingHours = Readonly<{ week: readonly WeeklyWindow[]; version: number }>;

/** not_found */
export type ViewWorkingHours = (query: Readonly<{ doctorId: string }>) => Promise<WorkingHours>;

export const makeViewWorkingHours =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ViewWorkingHours =>
  async ({ doctorId }) => {
    const hours = await clinicQueries.workingHours(doctorId);
    if (hours === undefined) throw notFound('doctor');
    return hours;
  };
