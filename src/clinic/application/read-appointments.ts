import type { Page, PageRequest } from '../../kernel/page.js';
import type { AccessAuditor } from './access.js';
import { findVisible } from './appointment-support.js';
import type { AppointmentFilter, AppointmentView, Caller, ClinicQueries, HistoryItem } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** By start; members find their own. */
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

/** not_found */
export type ViewAppointment = (
  query: Readonly<{ caller: Caller; appointmentId: string }>,
) => Promise<AppointmentView>;
export const makeViewAppointment =
  ({ clinicQueries, accessAuditor }: Dependencies): ViewAppointment =>
  async ({ caller, appointmentId }) => {
    const appointment = await findVisible(clinicQueries, caller, appointmentId);
    const resource = `/v1/appointments/${appointmentId}`;
    await accessAuditor({
      caller,
      action: 'read-appointment',
      resource,
      patientIds: [appointment.patient.id],
    });
    return appointment;
  };

/** Every change, as it happened. not_found */
export type ListAppointmentHistory = (
  query: Readonly<{ caller: Caller; appointmentId: string; page: PageRequest }>,
) => Promise<Page<HistoryItem>>;
export const makeListAppointmentHistory =
  ({ clinicQueries, accessAuditor }: Dependencies): ListAppointmentHistory =>
  async ({ caller, appointmentId, page }) => {
    const { patient } = await findVisible(clinicQueries, caller, appointmentId);
    const history = await clinicQueries.history(appointmentId, page);
    const resource = `/v1/appointments/${appointmentId}/history`;
    await accessAuditor({ caller, action: 'read-appointment-history', resource, patientIds: [patient.id] });
    return history;
  };
