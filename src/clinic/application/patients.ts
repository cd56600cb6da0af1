import type { Clock } from '../../kernel/clock.js';
import { notFound, versionMismatch } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changePatient, newPatient } from '../domain/patient.js';
import { logAccess, type AccessAuditor } from './access.js';
import { assertVersion, type ExpectedVersion } from './expected-version.js';
import type {
  AccessItem,
  Caller,
  ClinicPorts,
  ClinicQueries,
  Doctor,
  Patient,
  PatientDetails,
  PatientRecord,
} from './ports.js';

type Reading = Readonly<{ clinicQueries: ClinicQueries; accessAuditor: AccessAuditor }>;
type Writing = Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts>; clock: Clock; ids: IdGenerator }>;

const patientOf = async (clinicQueries: ClinicQueries, caller: Caller): Promise<Patient> => {
  const patient = await clinicQueries.patientOfUser(caller.userId);
  if (patient === undefined) throw notFound('patient file');
  return patient;
};

/** The caller's own file. not_found until there is one. */
export type ViewOwnFile = (query: Readonly<{ caller: Caller }>) => Promise<Patient>;
export const makeViewOwnFile =
  ({ clinicQueries }: Pick<Reading, 'clinicQueries'>): ViewOwnFile =>
  ({ caller }) =>
    patientOf(clinicQueries, caller);

/**
 * Writes the caller's own file; null makes the first version too. What is left out is forgotten.
 * stale `version-mismatch`, invalid `validation`
 */
export type WriteOwnFile = (
  command: Readonly<{ caller: Caller; details: PatientDetails; expectedVersion: ExpectedVersion }>,
) => Promise<Patient>;
export const makeWriteOwnFile =
  ({ clinicUnitOfWork, clock, ids }: Writing): WriteOwnFile =>
  ({ caller: { userId }, details, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ patients }) => {
      const known = await patients.findByUser(userId);
      if (known === undefined && typeof expectedVersion === 'number') throw versionMismatch();
      const fresh = newPatient({ id: ids.next(), userId, ...details }, clock.now());
      const file = known ?? (await patients.insertUnlessThere({ ...fresh, userId }));
      if (file.id === fresh.id) return file;
      const locked = await patients.lock(file.id);
      if (locked?.userId !== userId) throw notFound('patient file');
      assertVersion(locked, expectedVersion);
      return patients.save(changePatient(locked, details, clock.now()));
    });

/** Who of the practice looked, newest first. not_found until there is a file. */
export type ListOwnAccesses = (
  query: Readonly<{ caller: Caller; page: PageRequest }>,
) => Promise<Page<AccessItem>>;
export const makeListOwnAccesses =
  ({ clinicQueries }: Pick<Reading, 'clinicQueries'>): ListOwnAccesses =>
  async ({ caller, page }) =>
    clinicQueries.accessLog((await patientOf(clinicQueries, caller)).id, page);

/** Everything held about the caller as a patient. not_found until there is a file. */
export type ExportOwnFile = (query: Readonly<{ caller: Caller }>) => Promise<PatientRecord>;
export const makeExportOwnFile =
  ({ clinicQueries }: Pick<Reading, 'clinicQueries'>): ExportOwnFile =>
  async ({ caller }) => {
    const record = await clinicQueries.record((await patientOf(clinicQueries, caller)).id);
    if (record === undefined) throw notFound('patient file');
    return record;
  };

/** Patients, newest first; `q` begins a name, an address or a telephone number. */
export type ListPatients = (
  query: Readonly<{ caller: Caller; q?: string | undefined; page: PageRequest }>,
) => Promise<Page<Patient>>;
export const makeListPatients =
  ({ clinicQueries, accessAuditor }: Reading): ListPatients =>
  async ({ caller, q, page }) => {
    const patients = await clinicQueries.patients({ q }, page);
    const patientIds = patients.items.map(({ id }) => id);
    await accessAuditor({ caller, action: 'list-patients', resource: '/v1/patients', patientIds });
    return patients;
  };

/** not_found, also for those who were anonymised. */
export type ViewPatient = (query: Readonly<{ caller: Caller; patientId: string }>) => Promise<Patient>;
export const makeViewPatient =
  ({ clinicQueries, accessAuditor }: Reading): ViewPatient =>
  async ({ caller, patientId }) => {
    const patient = await clinicQueries.patient(patientId);
    if (patient === undefined) throw notFound('patient');
    const resource = `/v1/patients/${patientId}`;
    await accessAuditor({ caller, action: 'read-patient', resource, patientIds: [patientId] });
    return patient;
  };

/** Files somebody, with or without an account. invalid `validation`, conflict `patient-file-exists` */
export type AddPatient = (
  command: Readonly<{ caller: Caller; details: PatientDetails & Readonly<{ userId: string | null }> }>,
) => Promise<Patient>;
export const makeAddPatient =
  ({ clinicUnitOfWork, clock, ids }: Writing): AddPatient =>
  ({ caller, details }) => {
    const patient = newPatient({ id: ids.next(), ...details }, clock.now());
    return clinicUnitOfWork.run(async ({ patients, accessLog }) => {
      await patients.insert(patient);
      const resource = `/v1/patients/${patient.id}`;
      const access = { caller, action: 'add-patient', resource, patientIds: [patient.id] };
      await logAccess(accessLog, access, { clock, ids });
      return patient;
    });
  };

/** not_found, stale `version-mismatch`, invalid `validation`, conflict `patient-file-exists` */
export type ChangePatient = (
  command: Readonly<{
    caller: Caller;
    patientId: string;
    changes: Partial<PatientDetails & Readonly<{ userId: string | null }>>;
    expectedVersion: ExpectedVersion;
  }>,
) => Promise<Patient>;
export const makeChangePatient =
  ({ clinicUnitOfWork, clock, ids }: Writing): ChangePatient =>
  ({ caller, patientId, changes, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ patients, accessLog }) => {
      const patient = await patients.lock(patientId);
      if (patient?.anonymisedAt !== null) throw notFound('patient');
      assertVersion(patient, expectedVersion);
      const changed = await patients.save(changePatient(patient, changes, clock.now()));
      const resource = `/v1/patients/${patientId}`;
      const access = { caller, action: 'change-patient', resource, patientIds: [patientId] };
      await logAccess(accessLog, access, { clock, ids });
      return changed;
    });

/** Everybody the doctor has or had an appointment with. not_found */
export type ListPatientsOfDoctor = (
  query: Readonly<{ caller: Caller; doctorId: string; page: PageRequest }>,
) => Promise<Page<Patient>>;
export const makeListPatientsOfDoctor =
  ({ clinicQueries, accessAuditor }: Reading): ListPatientsOfDoctor =>
  async ({ caller, doctorId, page }) => {
    const patients = await clinicQueries.patientsOfDoctor(doctorId, page);
    if (patients === undefined) throw notFound('doctor');
    const patientIds = patients.items.map(({ id }) => id);
    const resource = `/v1/doctors/${doctorId}/patients`;
    await accessAuditor({ caller, action: 'list-patients-of-doctor', resource, patientIds });
    return patients;
  };

/** Every doctor the patient has or had an appointment with, which tells something of the patient. not_found */
export type ListDoctorsOfPatient = (
  query: Readonly<{ caller: Caller; patientId: string; page: PageRequest }>,
) => Promise<Page<Doctor>>;
export const makeListDoctorsOfPatient =
  ({ clinicQueries, accessAuditor }: Reading): ListDoctorsOfPatient =>
  async ({ caller, patientId, page }) => {
    const doctors = await clinicQueries.doctorsOfPatient(patientId, page);
    if (doctors === undefined) throw notFound('patient');
    const resource = `/v1/patients/${patientId}/doctors`;
    await accessAuditor({ caller, action: 'list-doctors-of-patient', resource, patientIds: [patientId] });
    return doctors;
  };
