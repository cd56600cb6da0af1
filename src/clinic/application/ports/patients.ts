import type { Patient } from '../../domain/patient.js';

export interface PatientRepository {
  find(id: string): Promise<Patient | undefined>;
  findByUser(userId: string): Promise<Patient | undefined>;
  /** Locks the file until the transaction ends. Nobody else books or moves an appointment of the patient meanwhile. */
  lock(id: string): Promise<Patient | undefined>;
  /** Like `lock`, for the file of a member. */
  lockByUser(userId: string): Promise<Patient | undefined>;
  /** invalid `validation` at /userId for an account that does not exist, conflict `patient-file-exists` */
  insert(patient: Patient): Promise<void>;
  /** Inserts the file unless the member has one; returns the member's file. Waits for a concurrent insert. */
  insertUnlessThere(patient: Patient & Readonly<{ userId: string }>): Promise<Patient>;
  save(patient: Patient): Promise<Patient>;
}

/** The users of the system, as far as the clinic needs them. */
export interface Members {
  /** undefined for an unknown, erased or disabled user. */
  find(userId: string): Promise<Readonly<{ name: string; email: string; isStaff: boolean }> | undefined>;
}
