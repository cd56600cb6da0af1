import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { retireAppointmentType } from '../domain/appointment-type.js';
import { lockPresent } from './appointment-type-support.js';
import type { ExpectedVersion } from '../../kernel/expected-version.js';
import type { ClinicPorts } from './ports.js';

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts>; clock: Clock }>;

/** Deletes a type, or retires one that appointments refer to. not_found, stale `version-mismatch` */
export type RemoveAppointmentType = (
  command: Readonly<{ typeId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;

export const makeRemoveAppointmentType =
  ({ clinicUnitOfWork, clock }: Dependencies): RemoveAppointmentType =>
  ({ typeId, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ appointmentTypes }) => {
      const type = await lockPresent(appointmentTypes, typeId, expectedVersion);
      if (!(await appointmentTypes.deleteUnused(typeId)))
        await appointmentTypes.save(retireAppointmentType(type, clock.now()));
    });
