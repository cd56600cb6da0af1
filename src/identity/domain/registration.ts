import { DAY, plus } from '../../kernel/clock.js';
import { tokenUsed } from './errors.js';
import { assertPending, isMailTokenSound, type MailTokenState } from './mail-token.js';

const LIFE_MS = DAY;
export const MAX_ATTEMPTS = 5;

export const REGISTRATION_ENDS = ['confirmed', 'superseded', 'known-address'] as const;
export type RegistrationEnd = (typeof REGISTRATION_ENDS)[number];

declare const brand: unique symbol;
type State = MailTokenState<RegistrationEnd> & {
  email: string;
  fullName: string;
  /** null once the registration has ended. */
  passwordHash: string | null;
  /** The number of confirmation attempts so far. */
  attempts: number;
};
/** A request to become a member, pending until the person confirms the address with the mailed token. */
export type Registration = Readonly<State> & { readonly [brand]: 'Registration' };

export function restoreRegistration(state: State): Registration {
  const { id, email, fullName, passwordHash, attempts, createdAt, expiresAt, endedAt, endReason } = state;
  const ended = endedAt !== null;
  const sound =
    Number.isSafeInteger(attempts) &&
    attempts >= 0 &&
    attempts <= MAX_ATTEMPTS &&
    isMailTokenSound(state) &&
    ended === (passwordHash === null);
  if (!sound) throw new Error(`corrupt registration ${id}`);
  return Object.freeze({
    id,
    email,
    fullName,
    passwordHash,
    attempts,
    createdAt,
    expiresAt,
    endedAt,
    endReason,
  }) as Registration;
}

/** `email` and `fullName` are parsed already. Valid for 24 hours. */
export const newRegistration = (
  person: Readonly<{ id: string; email: string; fullName: string; passwordHash: string }>,
  now: Date,
): Registration =>
  restoreRegistration({
    ...person,
    attempts: 0,
    createdAt: now,
    expiresAt: plus(now, LIFE_MS),
    endedAt: null,
    endReason: null,
  });

/** Counts a confirmation attempt before its password is checked; the fifth ends the token. */
export function reserveAttempt(registration: Registration, now: Date): Registration {
  assertPending(registration, now);
  if (registration.attempts >= MAX_ATTEMPTS) throw tokenUsed();
  return restoreRegistration({ ...registration, attempts: registration.attempts + 1 });
}

/** Uncounts an attempt whose password was not checked because the server was busy. */
export const returnAttempt = (registration: Registration): Registration =>
  restoreRegistration({ ...registration, attempts: Math.max(0, registration.attempts - 1) });

/** Ends the registration and clears the password hash; returns an ended one unchanged. */
export const endRegistration = (
  registration: Registration,
  reason: RegistrationEnd,
  now: Date,
): Registration =>
  registration.endedAt === null
    ? restoreRegistration({ ...registration, passwordHash: null, endedAt: now, endReason: reason })
    : registration;
