import { type Money, money } from '../../../kernel/money.js';
import { toNumber } from '../../../platform/database/big-integer.js';
import { type Appointment, restoreAppointment } from '../../domain/appointment.js';
import { type AppointmentType, restoreAppointmentType } from '../../domain/appointment-type.js';
import { type Doctor, restoreDoctor } from '../../domain/doctor.js';
import { type Patient, restorePatient } from '../../domain/patient.js';
import { restoreTimeOff, type TimeOff } from '../../domain/time-off.js';
import type {
  AppointmentColumns,
  AppointmentTypeColumns,
  DoctorColumns,
  PatientColumns,
  TimeOffColumns,
} from './models.js';

// Rows come from a model or from a query with the same column names. `restore…` ignores other columns.

export const toDoctor = (row: DoctorColumns): Doctor => restoreDoctor(row);
export const toTimeOff = (row: TimeOffColumns): TimeOff => restoreTimeOff(row);
export const toPatient = (row: PatientColumns): Patient => restorePatient(row);

export const toPrice = ({
  priceAmount,
  priceCurrency,
}: Pick<AppointmentColumns, 'priceAmount' | 'priceCurrency'>): Money | null =>
  priceAmount === null || priceCurrency === null ? null : money(toNumber(priceAmount), priceCurrency);

const fromPrice = (price: Money | null) => ({
  priceAmount: price?.amount ?? null,
  priceCurrency: price?.currency ?? null,
});

export const toAppointmentType = (row: AppointmentTypeColumns): AppointmentType =>
  restoreAppointmentType({
    id: row.id,
    name: row.name,
    durationMinutes: row.durationMinutes,
    bufferBeforeMinutes: row.bufferBeforeMinutes,
    bufferAfterMinutes: row.bufferAfterMinutes,
    minNoticeMinutes: row.minNoticeMinutes,
    cancelNoticeMinutes: row.cancelNoticeMinutes,
    maxReschedules: row.maxReschedules,
    price: toPrice(row),
    needsApproval: row.needsApproval,
    retiredAt: row.retiredAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  });

export const fromAppointmentType = ({ price, ...type }: AppointmentType): AppointmentTypeColumns => ({
  ...type,
  ...fromPrice(price),
});

export const toAppointment = (row: AppointmentColumns): Appointment =>
  restoreAppointment({
    id: row.id,
    doctorId: row.doctorId,
    patientId: row.patientId,
    appointmentTypeId: row.appointmentTypeId,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    busyFrom: row.busyFrom,
    busyUntil: row.busyUntil,
    timeZone: row.timeZone,
    status: row.status,
    reason: row.reason,
    staffNote: row.staffNote,
    rescheduleCount: row.rescheduleCount,
    cancelledBy: row.cancelledBy,
    cancelReason: row.cancelReason,
    price: toPrice(row),
    revision: row.revision,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
    deletedAt: row.deletedAt,
  });

export const fromAppointment = ({ price, ...appointment }: Appointment): AppointmentColumns => ({
  ...appointment,
  ...fromPrice(price),
});
