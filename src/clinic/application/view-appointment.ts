import type { AccessAuditor } from './access.js';
import { findVisible } from './appointment-support.js';
import type { AppointmentView, Caller, ClinicQueries } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** An appointment. not_found, also for another member's */
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
