import { later } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import { isVersion } from '../../kernel/expected-version.js';
import { isLine, isName, parseName } from '../../kernel/text.js';

const FORMER_PATIENT = 'Former patient';
const MAX_PHONE_LENGTH = 50;

declare const brand: unique symbol;
type State = {
  id: string;
  /** The member that the file belongs to; unique. */
  userId: string | null;
  name: string;
  email: string | null;
  phone: string | null;
  /** `yyyy-mm-dd` */
  birthDate: string | null;
  /** Set for an anonymised patient: only the times of the appointments remain. */
  anonymisedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type Patient = Readonly<State> & { readonly [brand]: 'Patient' };

export type PatientDetails = Readonly<Pick<State, 'name' | 'email' | 'phone' | 'birthDate'>>;

const isAnonymous = ({ name, userId, email, phone, birthDate }: State): boolean =>
  name === FORMER_PATIENT && [userId, email, phone, birthDate].every((value) => value === null);

export function restorePatient(state: State): Patient {
  const { id, name, phone, birthDate, anonymisedAt, version, createdAt, updatedAt } = state;
  const isSound =
    isName(name) &&
    (phone === null || isPhone(phone)) &&
    (birthDate === null || isDay(birthDate)) &&
    (anonymisedAt === null || isAnonymous(state)) &&
    isVersion(version) &&
    updatedAt >= createdAt;
  if (!isSound) throw new Error(`corrupt patient ${id}`);
  return Object.freeze({
    id,
    userId: state.userId,
    name,
    email: state.email,
    phone,
    birthDate,
    anonymisedAt,
    createdAt,
    updatedAt,
    version,
  }) as Patient;
}

const isPhone = (phone: string): boolean => isLine(phone, { min: 1, max: MAX_PHONE_LENGTH });

function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00.000Z`);
  return (
    /^\d{4}-\d\d-\d\d$/.test(day) &&
    !Number.isNaN(midnight.getTime()) &&
    midnight.toISOString().startsWith(day)
  );
}

/** 422 `validation`; the HTTP layer has checked the email address. The birth date must not be in the future in any time zone. */
function parsed({ name, email, phone, birthDate }: PatientDetails, now: Date): PatientDetails {
  const trimmedPhone = phone?.trim() ?? '';
  if (trimmedPhone !== '' && !isPhone(trimmedPhone))
    throw invalidField('/phone', `has to be at most ${MAX_PHONE_LENGTH} characters on one line`);
  const latest = new Date(now.getTime() + 14 * 60 * 60_000).toISOString().slice(0, 'yyyy-mm-dd'.length);
  if (birthDate !== null && (!isDay(birthDate) || birthDate > latest || birthDate < '1850-01-01'))
    throw invalidField('/birthDate', 'has to be a day in the past, yyyy-mm-dd');
  return { name: parseName(name), email, phone: trimmedPhone === '' ? null : trimmedPhone, birthDate };
}

export const newPatient = (
  file: Readonly<{ id: string; userId: string | null }> & PatientDetails,
  now: Date,
): Patient =>
  restorePatient({
    id: file.id,
    userId: file.userId,
    ...parsed(file, now),
    anonymisedAt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });

export const changePatient = (
  patient: Patient,
  changes: Partial<PatientDetails & Pick<State, 'userId'>>,
  now: Date,
): Patient => {
  const changed = { ...patient, ...changes };
  return restorePatient({ ...changed, ...parsed(changed, now), updatedAt: later(patient.updatedAt, now) });
};

/** Removes all personal data. */
export const anonymise = (patient: Patient, now: Date): Patient =>
  restorePatient({
    ...patient,
    userId: null,
    name: FORMER_PATIENT,
    email: null,
    phone: null,
    birthDate: null,
    anonymisedAt: now,
    updatedAt: later(patient.updatedAt, now),
  });

export const nextPatientVersion = (patient: Patient): Patient =>
  restorePatient({ ...patient, version: patient.version + 1 });
