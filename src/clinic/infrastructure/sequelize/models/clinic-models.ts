import type { ModelStatic } from 'sequelize';
import type { AppointmentRow } from './appointment.js';
import type { AppointmentHistoryRow } from './appointment-history.js';
import type { AppointmentTypeRow } from './appointment-type.js';
import type { CalendarFeedRow } from './calendar-feed.js';
import type { DoctorRow } from './doctor.js';
import type { PatientRow } from './patient.js';
import type { PatientAccessRow } from './patient-access.js';
import type { TimeOffRow } from './time-off.js';
import type { WorkingHoursRow } from './working-hours.js';

export type ClinicModels = Readonly<{
  doctors: ModelStatic<DoctorRow>;
  workingHours: ModelStatic<WorkingHoursRow>;
  timeOff: ModelStatic<TimeOffRow>;
  appointmentTypes: ModelStatic<AppointmentTypeRow>;
  patients: ModelStatic<PatientRow>;
  appointments: ModelStatic<AppointmentRow>;
  history: ModelStatic<AppointmentHistoryRow>;
  accessLog: ModelStatic<PatientAccessRow>;
  feeds: ModelStatic<CalendarFeedRow>;
}>;
