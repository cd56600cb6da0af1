import type { Named } from './named.js';

/** The audit log of staff access to patient data. Append-only. */
export interface AccessLog {
  append(entries: readonly AccessEntry[]): Promise<void>;
}

export type AccessEntry = Readonly<{
  id: string;
  patientId: string;
  at: Date;
  by: string;
  action: string;
  resource: string;
}>;

export type AccessItem = Readonly<{ id: string; at: Date; by: Named; action: string; resource: string }>;
