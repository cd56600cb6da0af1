import { notFound } from '../../kernel/errors.js';
import type { AccessAuditor } from './access.js';
import { patientOf } from './find-own-patient.js';
import type { Caller, ClinicQueries, PatientRecord } from './ports.js';

type Reading = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** Everything held about the caller as a patient. not_found until there is a file. */
export type ExportOwnFile = (query: Readonly<{ caller: Caller }>) => Promise<PatientRecord>;

export const makeExportOwnFile =
  ({ clinicQueries }: Pick<Reading, 'clinicQueries'>): ExportOwnFile =>
  async ({ caller }) => {
    const record = await clinicQueries.record((await patientOf(clinicQueries, caller)).id);
    if (record === undefined) throw notFound('patient file');
    return record;
  };
