import { columns } from '../../../platform/database/select-columns.js';
import type { AccessItem } from '../../application/ports.js';
import { type PatientAccessColumns, patientAccessAttributes } from './models/patient-access.js';

/** Entries `l` of the access log; WHERE and ORDER BY follow. */
export const SELECT_ACCESSES = `
  SELECT ${columns(patientAccessAttributes(), 'l', { omit: ['patientId'] })}, u.name AS "byName"
  FROM patient_access_log l JOIN public_users u ON u.id = l.by_user_id`;

export type AccessRow = Omit<PatientAccessColumns, 'patientId'> & Readonly<{ byName: string }>;

export const toAccess = ({ byUserId, byName, ...access }: AccessRow): AccessItem => ({
  ...access,
  by: { id: byUserId, name: byName },
});
