import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { withNextHours } from '../domain/doctor.js';
import { parseWeek } from '../domain/working-hours.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { ClinicPorts, WeeklyWindow } from './ports.js';
import type { WorkingHours } from './view-working-hours.js';

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts> }>;

/**
 * Replaces the weekly working hours of a doctor; existing appointments stay.
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
