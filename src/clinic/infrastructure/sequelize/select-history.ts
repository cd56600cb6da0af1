import { columns } from '../../../platform/database/select-columns.js';
import type { HistoryItem } from '../../application/ports.js';
import {
  type AppointmentHistoryColumns,
  appointmentHistoryAttributes,
} from './models/appointment-history.js';

/** History entries `h` of appointments `a`; WHERE and ORDER BY follow. */
export const SELECT_HISTORY = `
  SELECT ${columns(appointmentHistoryAttributes(), 'h')}, h.line::float8 AS line, u.name AS "byName",
    CASE WHEN h.to_status = 'cancelled' AND h.from_status <> 'cancelled' THEN a.cancel_reason END AS reason
  FROM appointment_history h JOIN appointments a ON a.id = h.appointment_id
  LEFT JOIN public_users u ON u.id = h.by_user_id`;

export type HistoryRow = AppointmentHistoryColumns &
  Readonly<{ line: number; byName: string | null; reason: string | null }>;

export const toHistoryItem = ({
  byUserId,
  byName,
  fromStatus,
  toStatus,
  ...entry
}: HistoryRow): HistoryItem & Readonly<{ appointmentId: string }> => ({
  ...entry,
  by: byUserId === null ? null : { id: byUserId, name: byName ?? '' },
  from: fromStatus,
  to: toStatus,
});
