import type { AccessAuditor } from './access.js';
import { patientOf } from './find-own-patient.js';
import type { Caller, ClinicQueries, Patient } from './ports.js';

type Reading = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;

/** The caller's own file. not_found until there is one. */
export type ViewOwnFile = (query: Readonly<{ caller: Caller }>) => Promise<Patient>;

export const makeViewOwnFile =
  ({ clinicQueries }: Pick<Reading, 'clinicQueries'>): ViewOwnFile =>
  ({ caller }) =>
    patientOf(clinicQueries, caller);
