import type { Page, PageRequest } from '../../kernel/page.js';
import type { AccessAuditor } from './access.js';
import type { AppointmentFilter, AppointmentView, Caller, ClinicQueries } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** Appointments by start; members get their own. */
export type ListAppointments = (
  query: Readonly<{
    caller: Caller;
    filter: Omit<AppointmentFilter, 'patientUserId'>;
    page: PageRequest;
  }>,
) => Promise<Page<AppointmentView>>;

export const makeListAppointments =
  ({ clinicQueries, accessAuditor }: Dependencies): ListAppointments =>
  async ({ caller, filter, page }) => {
    const owned = caller.isStaff ? filter : { ...filter, patientUserId: caller.userId };
    const appointments = await clinicQueries.appointments(owned, page);
    const patientIds = appointments.items.map(({ patient }) => patient.id);
    await accessAuditor({ caller, action: 'list-appointments', resource: '/v1/appointments', patientIds });
    return appointments;
  };
