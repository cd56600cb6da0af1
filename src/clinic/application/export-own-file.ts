import { notFound } from '../../kernel/errors.js';
import { findOwnPatient } from './find-own-patient.js';
import type { Caller, ClinicQueries, PatientRecord } from './ports.js';

/** All stored data about the caller as a patient. not_found without a patient file */
export type ExportOwnFile = (query: Readonly<{ caller: Caller }>) => Promise<PatientRecord>;

export const makeExportOwnFile =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ExportOwnFile =>
  async ({ caller }) => {
    const record = await clinicQueries.record((await findOwnPatient(clinicQueries, caller)).id);
    if (record === undefined) throw notFound('patient file');
    return record;
  };
