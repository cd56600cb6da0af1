import { later } from '../../kernel/clock.js';
import { isVersion } from '../../kernel/expected-version.js';
import { isName, parseName } from '../../kernel/text.js';

declare const brand: unique symbol;
type State = {
  id: string;
  name: string;
  /** For staff only. */
  email: string;
  specialty: string | null;
  /** IANA name; the working hours are wall-clock times in this zone. */
  timeZone: string;
  /** The doctor's account, for the calendar feed; unique. */
  userId: string | null;
  isActive: boolean;
  /** The version of the weekly working hours, which are a resource of their own in the API. */
  hoursVersion: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type Doctor = Readonly<State> & { readonly [brand]: 'Doctor' };

export type DoctorDetails = Pick<State, 'name' | 'email' | 'specialty' | 'timeZone' | 'userId'>;

/** Builds a doctor from stored values; a plain Error if they break an invariant. */
export function restoreDoctor(state: State): Doctor {
  const { id, name, specialty, hoursVersion, version, createdAt, updatedAt } = state;
  const sound =
    isName(name) &&
    (specialty === null || isName(specialty)) &&
    isVersion(hoursVersion) &&
    isVersion(version) &&
    updatedAt >= createdAt;
  if (!sound) throw new Error(`corrupt doctor ${id}`);
  return Object.freeze({
    id,
    name,
    email: state.email,
    specialty,
    timeZone: state.timeZone,
    userId: state.userId,
    isActive: state.isActive,
    hoursVersion,
    createdAt,
    updatedAt,
    version,
  }) as Doctor;
}

const parsed = (details: DoctorDetails): DoctorDetails => ({
  name: parseName(details.name),
  email: details.email,
  specialty: details.specialty === null ? null : parseName(details.specialty, '/specialty'),
  timeZone: details.timeZone,
  userId: details.userId,
});

/** The HTTP layer has checked email address and time zone. 422 `validation` */
export const newDoctor = (id: string, details: DoctorDetails, now: Date): Doctor =>
  restoreDoctor({
    id,
    ...parsed(details),
    isActive: true,
    hoursVersion: 1,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });

export const changeDoctor = (
  doctor: Doctor,
  changes: Readonly<Partial<DoctorDetails & Pick<State, 'isActive'>>>,
  now: Date,
): Doctor => {
  const changed = { ...doctor, ...changes };
  return restoreDoctor({ ...changed, ...parsed(changed), updatedAt: later(doctor.updatedAt, now) });
};

export const withNextHours = (doctor: Doctor): Doctor =>
  restoreDoctor({ ...doctor, hoursVersion: doctor.hoursVersion + 1 });

/** The doctor with the next version. Only repositories call this. */
export const nextDoctorVersion = (doctor: Doctor): Doctor =>
  restoreDoctor({ ...doctor, version: doctor.version + 1 });
