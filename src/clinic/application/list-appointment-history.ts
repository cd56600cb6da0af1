import type { Page, PageRequest } from '../../kernel/page.js';
import type { AccessAuditor } from './access.js';
import { findVisible } from './appointment-support.js';
import type { Caller, ClinicQueries, HistoryItem } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** All changes of an appointment, oldest first. not_found */
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
