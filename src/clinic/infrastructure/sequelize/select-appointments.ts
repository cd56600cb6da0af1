import { columns } from '../../../platform/database/select-columns.js';
import type { AppointmentView } from '../../application/ports.js';
import { paymentStatusOf, type PaymentState, type RefundState } from '../../../kernel/payments.js';
import type { AppointmentColumns } from './models.js';
import { appointmentAttributes } from './models/appointment.js';
import { toPrice } from './rows.js';

/** Amount and status of the payments or refunds of an appointment, from a view of billing. */
const movements = (view: string): string => `
    (SELECT jsonb_agg(jsonb_build_object('amount', m.amount, 'status', m.status))
     FROM ${view} m WHERE m.origin_type = 'appointment' AND m.origin_id = a.id)`;

/** Appointments with the names that belong to them; WHERE and ORDER BY follow. */
export const SELECT_APPOINTMENTS = `
  SELECT ${columns(appointmentAttributes(), 'a', { omit: ['busyFrom', 'busyUntil', 'deletedAt'] })},
    d.name AS "doctorName", p.name AS "patientName", p.user_id AS "patientUserId", t.name AS "typeName",
    ${movements('public_payments')} AS payments, ${movements('public_refunds')} AS refunds
  FROM appointments a
  JOIN doctors d ON d.id = a.doctor_id
  JOIN patients p ON p.id = a.patient_id
  JOIN appointment_types t ON t.id = a.appointment_type_id`;

export type AppointmentViewRow = Omit<AppointmentColumns, 'busyFrom' | 'busyUntil' | 'deletedAt'> & {
  doctorName: string;
  patientName: string;
  patientUserId: string | null;
  typeName: string;
  payments: readonly Readonly<{ amount: number; status: PaymentState }>[] | null;
  refunds: readonly Readonly<{ amount: number; status: RefundState }>[] | null;
};

export function toAppointmentView({
  doctorId,
  doctorName,
  patientId,
  patientName,
  appointmentTypeId,
  typeName,
  priceAmount,
  priceCurrency,
  payments,
  refunds,
  ...appointment
}: AppointmentViewRow): AppointmentView {
  const price = toPrice({ priceAmount, priceCurrency });
  return {
    ...appointment,
    doctor: { id: doctorId, name: doctorName },
    patient: { id: patientId, name: patientName },
    appointmentType: { id: appointmentTypeId, name: typeName },
    price,
    paymentStatus:
      price && paymentStatusOf(price.amount, { payments: payments ?? [], refunds: refunds ?? [] }),
  };
}
