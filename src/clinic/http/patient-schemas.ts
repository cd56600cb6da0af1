import { z } from 'zod';
import {
  day,
  email,
  emailOut,
  id,
  idOut,
  instant,
  money,
  text,
} from '../../platform/http/requests/schemas.js';
import type { AccessItem, Patient, PatientRecord } from '../application/ports.js';
import { appointmentFields, historyView, toAppointmentView, toHistoryView } from './appointment-schemas.js';
import { name, named } from './schemas.js';

const phone = text({ max: 50 });
const contact = {
  email: email.nullable().default(null),
  phone: phone.nullable().default(null),
  birthDate: day.nullable().default(null),
};
export const ownFileIn = z.strictObject({ name, ...contact });
export const patientIn = z.strictObject({ name, ...contact, userId: id.nullable().default(null) });
export const patientChanges = z.strictObject({
  name: name.optional(),
  email: email.nullable().optional(),
  phone: phone.nullable().optional(),
  birthDate: day.nullable().optional(),
  userId: id.nullable().optional(),
});

const patientFields = {
  id: idOut,
  userId: idOut.nullable(),
  name: z.string(),
  email: emailOut.nullable(),
  phone: z.string().nullable(),
  birthDate: z.iso.date().nullable(),
  version: z.int().min(1),
  createdAt: instant,
};
export const patientView = z.object(patientFields).meta({ id: 'Patient' });
export const toPatientView = (patient: Patient): z.infer<typeof patientView> => ({
  id: patient.id,
  userId: patient.userId,
  name: patient.name,
  email: patient.email,
  phone: patient.phone,
  birthDate: patient.birthDate,
  version: patient.version,
  createdAt: patient.createdAt.toISOString(),
});

export const accessView = z
  .object({ at: instant, by: named, action: z.string(), resource: z.string() })
  .meta({ id: 'AccessLogItem' });
export const toAccessView = ({ at, by, action, resource }: AccessItem): z.infer<typeof accessView> => ({
  at: at.toISOString(),
  by,
  action,
  resource,
});

export const recordView = z
  .object({
    patient: z.object(patientFields),
    appointments: z.array(z.object(appointmentFields)),
    history: z.array(historyView.extend({ appointmentId: idOut })),
    payments: z.array(
      z.object({
        id: idOut,
        appointmentId: idOut,
        method: z.string(),
        amount: money,
        status: z.string(),
        cardLast4: z.string().nullable(),
        createdAt: instant,
      }),
    ),
    refunds: z.array(
      z.object({
        id: idOut,
        appointmentId: idOut,
        method: z.string(),
        amount: money,
        reason: z.string(),
        status: z.string(),
        createdAt: instant,
      }),
    ),
    accessLog: z.array(accessView),
  })
  .meta({ id: 'PatientRecord' });
export const toRecordView = (record: PatientRecord): z.infer<typeof recordView> => ({
  patient: toPatientView(record.patient),
  appointments: record.appointments.map((appointment) => toAppointmentView(appointment, false)),
  history: record.history.map((line) => ({ ...toHistoryView(line), appointmentId: line.appointmentId })),
  payments: record.payments.map(({ createdAt, ...payment }) => ({
    ...payment,
    createdAt: createdAt.toISOString(),
  })),
  refunds: record.refunds.map(({ createdAt, ...refund }) => ({
    ...refund,
    createdAt: createdAt.toISOString(),
  })),
  accessLog: record.accessLog.map(toAccessView),
});
