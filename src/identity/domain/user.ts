import { invalidField } from '../../kernel/errors.js';
import { codePoints } from './code-points.js';
import { isEmail } from './email-address.js';

export const ROLES = ['member', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const MAX_NAME_LENGTH = 200;

declare const brand: unique symbol;
type State = {
  id: string;
  /** Canonical: trimmed, lower-cased, ASCII; unique. */
  email: string;
  fullName: string;
  role: Role;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
  /** PHC string; null until the person has chosen a password. Never leaves this context. */
  passwordHash: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** 1 when new; one more with every save. */
  version: number;
};
export type User = Readonly<State> & { readonly [brand]: 'User' };

const isName = (text: string): boolean =>
  text.length > 0 &&
  text === text.trim() &&
  codePoints(text).length <= MAX_NAME_LENGTH &&
  !/\p{Cc}/u.test(text);

/** Builds a user from stored values; throws a plain Error when they break an invariant, for then the data is corrupt. */
export function restoreUser(state: State): User {
  const {
    id,
    email,
    fullName,
    role,
    emailVerifiedAt,
    disabledAt,
    passwordHash,
    createdAt,
    updatedAt,
    version,
  } = state;
  const sound =
    isEmail(email) &&
    isName(fullName) &&
    ROLES.includes(role) &&
    Number.isSafeInteger(version) &&
    version >= 1 &&
    updatedAt >= createdAt;
  if (!sound) throw new Error(`corrupt user ${id}`);
  return Object.freeze({
    id,
    email,
    fullName,
    role,
    emailVerifiedAt,
    disabledAt,
    passwordHash,
    createdAt,
    updatedAt,
    version,
  }) as User;
}

/** The trimmed name; 422 `validation` unless it has 1 to 200 characters and no control character. */
export function parseFullName(text: string, pointer = '/fullName'): string {
  const name = text.trim();
  if (!isName(name))
    throw invalidField(
      pointer,
      `A name has 1 to ${String(MAX_NAME_LENGTH)} characters and no line breaks or other control characters.`,
    );
  return name;
}

/** A new user who has proved the address, or for whom an operator vouches. `email` and `fullName` are parsed already. */
export const newVerifiedUser = (
  person: Readonly<{ id: string; email: string; fullName: string; role: Role; passwordHash: string }>,
  now: Date,
): User =>
  restoreUser({
    ...person,
    emailVerifiedAt: now,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });

/** Several processes share no clock: a slow one must not move `updatedAt` before `createdAt`. */
const touched = (user: User, now: Date): Date => (now > user.updatedAt ? now : user.updatedAt);

export const rename = (user: User, fullName: string, now: Date): User =>
  restoreUser({ ...user, fullName: parseFullName(fullName), updatedAt: touched(user, now) });

export const setPassword = (user: User, passwordHash: string, now: Date): User =>
  restoreUser({ ...user, passwordHash, updatedAt: touched(user, now) });

/** The same password under newer hash parameters: nothing the person would call a change. */
export const rehashPassword = (user: User, passwordHash: string): User =>
  restoreUser({ ...user, passwordHash });

/** The address is proved; the first proof keeps its date. */
export const verifyEmail = (user: User, now: Date): User =>
  user.emailVerifiedAt === null
    ? restoreUser({ ...user, emailVerifiedAt: now, updatedAt: touched(user, now) })
    : user;

export const isDisabled = (user: User): boolean => user.disabledAt !== null;

/** May this person sign in, given the right password? */
export const maySignIn = (user: User): boolean => !isDisabled(user) && user.emailVerifiedAt !== null;

/** The user as its next saved version. Only repositories call this. */
export const nextVersion = (user: User): User => restoreUser({ ...user, version: user.version + 1 });
