import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newAppointmentType } from '../domain/appointment-type.js';
import type { AppointmentType, ClinicPorts, TypeDetails } from './ports.js';

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

/** Creates a type of appointment. invalid `validation`, `currency-mismatch` */
export type AddAppointmentType = (details: TypeDetails) => Promise<AppointmentType>;

export const makeAddAppointmentType =
  ({ clinicUnitOfWork, practice, clock, ids }: Dependencies): AddAppointmentType =>
  (details) => {
    const type = newAppointmentType(ids.next(), details, practice.currency, clock.now());
    return clinicUnitOfWork.run(async ({ appointmentTypes }) => {
      await appointmentTypes.insert(type);
      return type;
    });
  };
