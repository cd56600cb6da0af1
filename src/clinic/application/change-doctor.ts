import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changeDoctor } from '../domain/doctor.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { ClinicPorts, Doctor, DoctorDetails } from './ports.js';

/**
 * Changes the given fields. A doctor with `isActive: false` takes no bookings. A new time zone moves no appointment.
 * not_found, stale `version-mismatch`, invalid `validation`, conflict `doctor-account-taken`
 */
export type ChangeDoctor = (
  command: Readonly<{
    doctorId: string;
    changes: Readonly<Partial<DoctorDetails> & { isActive?: boolean }>;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<Doctor>;

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts>; clock: Clock }>;

export const makeChangeDoctor =
  ({ clinicUnitOfWork, clock }: Dependencies): ChangeDoctor =>
  ({ doctorId, changes, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ doctors }) => {
      const doctor = (await doctors.lock([doctorId])).get(doctorId);
      if (doctor === undefined) throw notFound('doctor');
      assertVersion(doctor, expectedVersion);
      return doctors.save(changeDoctor(doctor, changes, clock.now()));
    });
