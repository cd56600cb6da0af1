import type { Clock } from '../../kernel/clock.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changeAppointmentType } from '../domain/appointment-type.js';
import { lockPresent } from './appointment-type-support.js';
import type { ExpectedVersion } from '../../kernel/expected-version.js';
import type { AppointmentType, ClinicPorts, TypeDetails } from './ports.js';

type Dependencies = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts>; practice: Practice; clock: Clock }>;

/** Changes a type; existing appointments stay. not_found, stale `version-mismatch`, invalid `validation`, `currency-mismatch` */
export type ChangeAppointmentType = (
  command: Readonly<{ typeId: string; changes: Partial<TypeDetails>; expectedVersion: ExpectedVersion }>,
) => Promise<AppointmentType>;

export const makeChangeAppointmentType =
  ({ clinicUnitOfWork, practice, clock }: Dependencies): ChangeAppointmentType =>
  ({ typeId, changes, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ appointmentTypes }) => {
      const type = await lockPresent(appointmentTypes, typeId, expectedVersion);
      return appointmentTypes.save(changeAppointmentType(type, changes, practice.currency, clock.now()));
    });
