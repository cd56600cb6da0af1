import type { ClinicModels } from './clinic-models.js';

/** Both sides of every association within the context. */
export function associate({
  doctors,
  workingHours,
  timeOff,
  appointmentTypes,
  patients,
  appointments,
  history,
  accessLog,
}: ClinicModels): void {
  doctors.hasMany(workingHours, { foreignKey: 'doctorId', as: 'workingHours' });
  workingHours.belongsTo(doctors, { foreignKey: 'doctorId', as: 'doctor' });
  doctors.hasMany(timeOff, { foreignKey: 'doctorId', as: 'timeOff' });
  timeOff.belongsTo(doctors, { foreignKey: 'doctorId', as: 'doctor' });
  doctors.hasMany(appointments, { foreignKey: 'doctorId', as: 'appointments' });
  appointments.belongsTo(doctors, { foreignKey: 'doctorId', as: 'doctor' });
  patients.hasMany(appointments, { foreignKey: 'patientId', as: 'appointments' });
  appointments.belongsTo(patients, { foreignKey: 'patientId', as: 'patient' });
  // Both sides of the many-to-many. A doctor and a patient can have many appointments, so the pair is not unique.
  const through = { model: appointments, unique: false };
  doctors.belongsToMany(patients, { through, foreignKey: 'doctorId', otherKey: 'patientId', as: 'patients' });
  patients.belongsToMany(doctors, { through, foreignKey: 'patientId', otherKey: 'doctorId', as: 'doctors' });
  appointmentTypes.hasMany(appointments, { foreignKey: 'appointmentTypeId', as: 'appointments' });
  appointments.belongsTo(appointmentTypes, { foreignKey: 'appointmentTypeId', as: 'appointmentType' });
  appointments.hasMany(history, { foreignKey: 'appointmentId', as: 'history' });
  history.belongsTo(appointments, { foreignKey: 'appointmentId', as: 'appointment' });
  patients.hasMany(accessLog, { foreignKey: 'patientId', as: 'accessLog' });
  accessLog.belongsTo(patients, { foreignKey: 'patientId', as: 'patient' });
}
