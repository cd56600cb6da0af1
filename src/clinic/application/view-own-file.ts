import { findOwnPatient } from './find-own-patient.js';
import type { Caller, ClinicQueries, Patient } from './ports.js';

/** The caller's own patient file. not_found without one */
export type ViewOwnFile = (query: Readonly<{ caller: Caller }>) => Promise<Patient>;

export const makeViewOwnFile =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ViewOwnFile =>
  ({ caller }) =>
    findOwnPatient(clinicQueries, caller);
