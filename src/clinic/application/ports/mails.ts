import type { AppointmentStatus } from '../../domain/appointment.js';

/** The data of a mail about an appointment. */
export type MailSubject = Readonly<{
  id: string;
  startsAt: Date;
  status: AppointmentStatus;
  revision: number;
  email: string | null;
}>;
