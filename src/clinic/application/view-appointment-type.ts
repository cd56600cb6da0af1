import { present } from './appointment-type-support.js';
import type { AppointmentType, ClinicQueries } from './ports.js';

/** not_found, also for one that was retired. */
export type ViewAppointmentType = (query: Readonly<{ typeId: string }>) => Promise<AppointmentType>;

export const makeViewAppointmentType =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ViewAppointmentType =>
  async ({ typeId }) =>
    present(await clinicQueries.appointmentType(typeId));
