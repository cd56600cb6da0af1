import { columns } from '../../../platform/database/select-columns.js';
import { appointmentTypeAttributes } from './models/appointment-type.js';
import { doctorAttributes } from './models/doctor.js';
import { patientAttributes } from './models/patient.js';

/** Select lists of whole rows; `d`, `p` and `t` are the table aliases. */
export const DOCTOR_COLUMNS = columns(doctorAttributes(), 'd');
export const PATIENT_COLUMNS = columns(patientAttributes(), 'p');
export const TYPE_COLUMNS = columns(appointmentTypeAttributes(), 't');
