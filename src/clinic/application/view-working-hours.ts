import { notFound } from '../../kernel/errors.js';
import type { ClinicQueries, WeeklyWindow } from './ports.js';

/** A doctor's week, in order, with a version of its own. */
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
