import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { withNextHours } from '../domain/doctor.js';
import { parseWeek } from '../domain/working-hours.js';
import { assertVersion, type ExpectedVersion } from './expected-version.js';
import type { ClinicPorts, ClinicQueries, WeeklyWindow } from './ports.js';

/** A doctor's week, in order, with a version of its own. */
export type WorkingHours = Readonly<{ week: readonly WeeklyWindow[]; version: number }>;

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts> }>;

/** not_found */
export type ViewWorkingHours = (query: Readonly<{ doctorId: string }>) => Promise<WorkingHours>;
export const makeViewWorkingHours =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ViewWorkingHours =>
  async ({ doctorId }) => {
    const hours = await clinicQueries.workingHours(doctorId);
    if (hours === undefined) throw notFound('doctor');
    return hours;
  };

/**
 * Puts a week in place of the one there is; appointments that were made before stay as they are.
 * not_found, stale `version-mismatch`, invalid `validation`
 */
export type SetWorkingHours = (
  command: Readonly<{
    doctorId: string;
    week: readonly WeeklyWindow[];
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<WorkingHours>;
export const makeSetWorkingHours =
  ({ clinicUnitOfWork }: Dependencies): SetWorkingHours =>
  ({ doctorId, week, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ doctors }) => {
      const doctor = (await doctors.lock([doctorId])).get(doctorId);
      if (doctor === undefined) throw notFound('doctor');
      assertVersion({ version: doctor.hoursVersion }, expectedVersion);
      const hours = parseWeek(week);
      const changed = withNextHours(doctor);
      await doctors.replaceHours(changed, hours);
      return { week: hours, version: changed.hoursVersion };
    });
