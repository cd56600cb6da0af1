import type { Clock } from '../../kernel/clock.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { forget } from './anonymise.js';
import type { ExpectedVersion } from '../../kernel/expected-version.js';
import type { ClinicPorts } from './ports.js';

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  practice: Practice;
  clock: Clock;
}>;

/**
 * Removes name, contact and all texts about a patient and cancels the future appointments. The times of appointments
 * stay. not_found, stale `version-mismatch`
 */
export type AnonymisePatient = (
  command: Readonly<{ actorId: string; patientId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;

export const makeAnonymisePatient =
  ({ clinicUnitOfWork, practice, clock }: Dependencies): AnonymisePatient =>
  ({ actorId, patientId, expectedVersion }) =>
    clinicUnitOfWork.run((ports) =>
      forget(ports, { patientId, by: actorId, expectedVersion }, { clock, practice }),
    );
