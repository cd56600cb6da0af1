import type { Sequelize } from 'sequelize';
import { associate } from './models/associations.js';
import type { ClinicModels } from './models/clinic-models.js';
import { defineAppointment } from './models/appointment.js';
import { defineAppointmentHistory } from './models/appointment-history.js';
import { defineAppointmentType } from './models/appointment-type.js';
import { defineCalendarFeed } from './models/calendar-feed.js';
import { defineDoctor } from './models/doctor.js';
import { definePatient } from './models/patient.js';
import { definePatientAccess } from './models/patient-access.js';
import { defineTimeOff } from './models/time-off.js';
import { defineWorkingHours } from './models/working-hours.js';

export type { ClinicModels } from './models/clinic-models.js';
export type { AppointmentColumns } from './models/appointment.js';
export type { AppointmentTypeColumns } from './models/appointment-type.js';
export type { DoctorColumns } from './models/doctor.js';
export type { PatientColumns } from './models/patient.js';
export type { TimeOffColumns } from './models/time-off.js';

/** The models of one connection pool. */
export function makeClinicModels({ sequelize }: { sequelize: Sequelize }): ClinicModels {
  const models: ClinicModels = {
    doctors: defineDoctor(sequelize),
    workingHours: defineWorkingHours(sequelize),
    timeOff: defineTimeOff(sequelize),
    appointmentTypes: defineAppointmentType(sequelize),
    patients: definePatient(sequelize),
    appointments: defineAppointment(sequelize),
    history: defineAppointmentHistory(sequelize),
    accessLog: definePatientAccess(sequelize),
    feeds: defineCalendarFeed(sequelize),
  };
  associate(models);
  return models;
}
