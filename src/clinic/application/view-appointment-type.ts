import { present } from './appointment-type-support.js';
import type { AppointmentType, ClinicQueries } from './ports.js';

/** A type of appointment. not_found, also for a retired type */
export type ViewAppointmentType = (query: Readonly<{ typeId: string }>) => Promise<AppointmentType>;

export const makeViewAppointmentType =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ViewAppointmentType =>
  async ({ typeId }) =>
    present(await clinicQueries.appointmentType(typeId));
