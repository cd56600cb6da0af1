import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { ClinicPorts } from './ports.js';

/** Deletes a doctor without appointments. not_found, stale `version-mismatch`, conflict `doctor-has-appointments` */
export type RemoveDoctor = (
  command: Readonly<{ doctorId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;

export const makeRemoveDoctor =
  ({ clinicUnitOfWork }: Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts> }>): RemoveDoctor =>
  ({ doctorId, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ doctors }) => {
      const doctor = (await doctors.lock([doctorId])).get(doctorId);
      if (doctor === undefined) throw notFound('doctor');
      assertVersion(doctor, expectedVersion);
      await doctors.delete(doctorId);
    });
