import { notFound } from '../../kernel/errors.js';
import type { Caller, ClinicQueries, Patient } from './ports.js';

/** The patient file of the caller. not_found */
export const findOwnPatient = async (clinicQueries: ClinicQueries, caller: Caller): Promise<Patient> => {
  const patient = await clinicQueries.patientOfUser(caller.userId);
  if (patient === undefined) throw notFound('patient file');
  return patient;
};
