import type { Page, PageRequest } from '../../kernel/page.js';
import type { AppointmentType, ClinicQueries } from './ports.js';

/** The bookable types, by name. */
export type ListAppointmentTypes = (query: Readonly<{ page: PageRequest }>) => Promise<Page<AppointmentType>>;

export const makeListAppointmentTypes =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ListAppointmentTypes =>
  ({ page }) =>
    clinicQueries.appointmentTypes(page);
