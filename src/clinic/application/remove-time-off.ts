import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { ClinicPorts } from './ports.js';

/** Deletes a time off of a doctor. not_found */
export type RemoveTimeOff = (command: Readonly<{ doctorId: string; timeOffId: string }>) => Promise<void>;

export const makeRemoveTimeOff =
  ({ clinicUnitOfWork }: Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts> }>): RemoveTimeOff =>
  ({ doctorId, timeOffId }) =>
    clinicUnitOfWork.run(async ({ doctors }) => {
      await doctors.lock([doctorId]);
      if (!(await doctors.deleteTimeOff(doctorId, timeOffId))) throw notFound('time off');
    });
