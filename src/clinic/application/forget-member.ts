import type { Clock } from '../../kernel/clock.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { forget } from './anonymise.js';
import type { ClinicPorts } from './ports.js';

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  practice: Practice;
  clock: Clock;
}>;

/** Anonymises the patient file of an erased member, if there is one, and deletes the calendar feeds. Idempotent. */
export type ForgetMember = (command: Readonly<{ userId: string }>) => Promise<void>;

export const makeForgetMember =
  ({ clinicUnitOfWork, practice, clock }: Dependencies): ForgetMember =>
  ({ userId }) =>
    clinicUnitOfWork.run(async (ports) => {
      await ports.calendarFeeds.deleteAll(userId);
      const patient = await ports.patients.findByUser(userId);
      if (patient !== undefined)
        await forget(ports, { patientId: patient.id, by: null }, { clock, practice });
    });
