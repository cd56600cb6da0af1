import { DomainError, invalidField } from '../../kernel/errors.js';
import { codePoints } from './code-points.js';
import { isEmail } from './email-address.js';

export const ROLES = ['member', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const MAX_NAME_LENGTH = 200;

/** What is left of the name of somebody who was erased. */
const FORMER_MEMBER = 'Former member';

declare const brand: unique symbol;
type State = {
  id: string;
  /** Canonical: trimmed, lower-cased, ASCII; unique. */
  email: string;
  fullName: string;
  role: Role;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
  /** Since then the row stands for nobody: it stays for what refers to it and says nothing of the person. */
  erasedAt: Date | null;
  /** PHC string; null until the person has chosen a password. Never leaves this context. */
  passwordHash: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** 1 when new; one more with every save. */
  version: number;
};
export type User = Readonly<State> & { readonly [brand]: 'User' };

/** `.invalid` leads nowhere, for ever (RFC 2606 §2). */
const erasedAddress = (id: string): string => `erased-${id}@erased.invalid`;

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
    erasedAt,
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
    updatedAt >= createdAt &&
    (erasedAt === null ||
      (email === erasedAddress(id) &&
        fullName === FORMER_MEMBER &&
        passwordHash === null &&
        disabledAt !== null));
  if (!sound) throw new Error(`corrupt user ${id}`);
  return Object.freeze({
    id,
    email,
    fullName,
    role,
    emailVerifiedAt,
    disabledAt,
    erasedAt,
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
    erasedAt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });

/** A new user somebody else vouches for: no password and no proof of the address until the invitation is taken up. */
export const newInvitedUser = (
  person: Readonly<{ id: string; email: string; fullName: string; role: Role }>,
  now: Date,
): User =>
  restoreUser({
    ...person,
    emailVerifiedAt: null,
    disabledAt: null,
    erasedAt: null,
    passwordHash: null,
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

/** Another address, which the person has just proved to be theirs. */
export const changeEmail = (user: User, email: string, now: Date): User =>
  restoreUser({ ...user, email, emailVerifiedAt: now, updatedAt: touched(user, now) });

export const changeRole = (user: User, role: Role, now: Date): User =>
  restoreUser({ ...user, role, updatedAt: touched(user, now) });

export const disable = (user: User, now: Date): User =>
  restoreUser({ ...user, disabledAt: now, updatedAt: touched(user, now) });

export const enable = (user: User, now: Date): User =>
  restoreUser({ ...user, disabledAt: null, updatedAt: touched(user, now) });

/** Forgets the person and keeps the row: address, name and password go, nobody signs in as it any more. */
export const erase = (user: User, now: Date): User =>
  restoreUser({
    ...user,
    email: erasedAddress(user.id),
    fullName: FORMER_MEMBER,
    emailVerifiedAt: null,
    passwordHash: null,
    disabledAt: user.disabledAt ?? now,
    erasedAt: now,
    updatedAt: touched(user, now),
  });

/**
 * Conflict `last-admin` when `user` is all that is left of `activeAdmins`, which the caller has locked: whatever takes
 * the role or the account from the last one would leave nobody who could give it back.
 */
export function assertNotLastAdmin(user: User, activeAdmins: readonly User[]): void {
  const [first, ...others] = activeAdmins;
  if (first?.id === user.id && others.length === 0)
    throw new DomainError(
      'conflict',
      'last-admin',
      'This is the last active admin; make somebody else one first.',
    );
}

/** May somebody of role `by` make users of role `role`, and change them? Staff look after members, admins after all. */
export const mayManage = (by: Role, role: Role): boolean =>
  by === 'admin' || (by === 'staff' && role === 'member');

export const isActiveAdmin = ({ role, disabledAt }: User): boolean => role === 'admin' && disabledAt === null;

export const isDisabled = (user: User): boolean => user.disabledAt !== null;

/** May this person sign in, given the right password? */
export const maySignIn = (user: User): boolean => !isDisabled(user) && user.emailVerifiedAt !== null;

/** The user as its next saved version. Only repositories call this. */
export const nextVersion = (user: User): User => restoreUser({ ...user, version: user.version + 1 });
