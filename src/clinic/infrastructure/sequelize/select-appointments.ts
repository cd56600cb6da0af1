import { columns } from '../../../platform/database/select-columns.js';
import type { AppointmentView } from '../../application/ports.js';
import { type PaymentState, paymentStatusOf } from '../../domain/payment.js';
import type { AppointmentColumns } from './models.js';
import { appointmentAttributes } from './models/appointment.js';
import { toPrice } from './rows.js';

/** Appointments with the names that belong to them; WHERE and ORDER BY follow. */
export const SELECT_APPOINTMENTS = `
  SELECT ${columns(appointmentAttributes(), 'a', { omit: ['busyFrom', 'busyUntil', 'deletedAt'] })},
    d.name AS "doctorName", p.name AS "patientName", p.user_id AS "patientUserId", t.name AS "typeName",
    ARRAY(SELECT y.status FROM appointment_payments y WHERE y.appointment_id = a.id) AS "paymentStates"
  FROM appointments a
  JOIN doctors d ON d.id = a.doctor_id
  JOIN patients p ON p.id = a.patient_id
  JOIN appointment_types t ON t.id = a.appointment_type_id`;

export type AppointmentViewRow = Omit<AppointmentColumns, 'busyFrom' | 'busyUntil' | 'deletedAt'> & {
  doctorName: string;
  patientName: string;
  patientUserId: string | null;
  typeName: string;
  paymentStates: readonly PaymentState[];
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
  paymentStates,
  ...appointment
}: AppointmentViewRow): AppointmentView {
  const price = toPrice({ priceAmount, priceCurrency });
  return {
    ...appointment,
    doctor: { id: doctorId, name: doctorName },
    patient: { id: patientId, name: patientName },
    appointmentType: { id: appointmentTypeId, name: typeName },
    price,
    paymentStatus: paymentStatusOf(
      price,
      paymentStates.map((status) => ({ status })),
    ),
  };
}
