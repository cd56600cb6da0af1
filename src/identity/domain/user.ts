import { later } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import { isName, parseName } from '../../kernel/text.js';
import { isEmail } from './email-address.js';

export const ROLES = ['member', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The name of an erased user. */
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
  /** Set for an erased user: the row remains for foreign keys, without personal data. */
  erasedAt: Date | null;
  /** PHC string; null until the user has set a password. Never leaves this context. */
  passwordHash: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** 1 when new; one more with every save. */
  version: number;
};
export type User = Readonly<State> & { readonly [brand]: 'User' };

/** `.invalid` never resolves (RFC 2606 §2). */
const erasedAddress = (id: string): string => `erased-${id}@erased.invalid`;

/** Builds a user from stored values; throws a plain Error if they break an invariant. */
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
export const parseFullName = (text: string, pointer = '/fullName'): string => parseName(text, pointer);

/** A new user with a verified address. `email` and `fullName` are parsed already. */
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

/** A new user without a password and with an unverified address, until the invitation is accepted. */
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

export const rename = (user: User, fullName: string, now: Date): User =>
  restoreUser({ ...user, fullName: parseFullName(fullName), updatedAt: later(user.updatedAt, now) });

export const setPassword = (user: User, passwordHash: string, now: Date): User =>
  restoreUser({ ...user, passwordHash, updatedAt: later(user.updatedAt, now) });

/** Stores the same password with newer hash parameters; `updatedAt` stays. */
export const rehashPassword = (user: User, passwordHash: string): User =>
  restoreUser({ ...user, passwordHash });

/** Marks the address as verified; a verified address keeps its date. */
export const verifyEmail = (user: User, now: Date): User =>
  user.emailVerifiedAt === null
    ? restoreUser({ ...user, emailVerifiedAt: now, updatedAt: later(user.updatedAt, now) })
    : user;

/** Changes the address to a verified one. */
export const changeEmail = (user: User, email: string, now: Date): User =>
  restoreUser({ ...user, email, emailVerifiedAt: now, updatedAt: later(user.updatedAt, now) });

export const changeRole = (user: User, role: Role, now: Date): User =>
  restoreUser({ ...user, role, updatedAt: later(user.updatedAt, now) });

export const disable = (user: User, now: Date): User =>
  restoreUser({ ...user, disabledAt: now, updatedAt: later(user.updatedAt, now) });

export const enable = (user: User, now: Date): User =>
  restoreUser({ ...user, disabledAt: null, updatedAt: later(user.updatedAt, now) });

/** Removes address, name and password; nobody can sign in as this user any more. */
export const erase = (user: User, now: Date): User =>
  restoreUser({
    ...user,
    email: erasedAddress(user.id),
    fullName: FORMER_MEMBER,
    emailVerifiedAt: null,
    passwordHash: null,
    disabledAt: user.disabledAt ?? now,
    erasedAt: now,
    updatedAt: later(user.updatedAt, now),
  });

/**
 * Conflict `last-admin` if `user` is the only one of `activeAdmins`, which the caller has locked. Without an admin nobody
 * could appoint one.
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

/** Whether a user of role `by` may create and change users of role `role`: staff manage members, admins everybody. */
export const mayManage = (by: Role, role: Role): boolean =>
  by === 'admin' || (by === 'staff' && role === 'member');

export const isActiveAdmin = ({ role, disabledAt }: User): boolean => role === 'admin' && disabledAt === null;

export const isDisabled = (user: User): boolean => user.disabledAt !== null;

/** Whether the user may sign in with the right password. */
export const maySignIn = (user: User): boolean => !isDisabled(user) && user.emailVerifiedAt !== null;

/** The user with the next version. Only repositories call this. */
export const nextVersion = (user: User): User => restoreUser({ ...user, version: user.version + 1 });
