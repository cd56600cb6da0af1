import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Role, User } from '../../domain/user.js';

export type Standing = Readonly<{ user: User | undefined; activeAdmins: readonly User[] }>;

export interface UserRepository {
  /** undefined for an erased user, here and below. */
  find(id: string): Promise<User | undefined>;
  /** Locks the user until the transaction ends. */
  lock(id: string): Promise<User | undefined>;
  /**
   * Locks the user and every admin who is not disabled, in id order, in one statement. No admin can lose the role until the
   * transaction ends, and two concurrent calls that each remove one of the last two admins run one after the other. Locking
   * the user after the admins could deadlock with a call that locks the user as one of the admins.
   */
  lockUserAndActiveAdmins(userId: string): Promise<Standing>;
  /** conflict `email-taken` */
  insert(user: User): Promise<void>;
  /** The user with its next version; stale `version-mismatch` unless the stored version is the given one. */
  save(user: User): Promise<User>;
}

export type UserFilter = Readonly<{
  /** A prefix of the full name or the address, case-insensitive, without wildcards. */
  prefix?: string | undefined;
  roles?: readonly Role[] | undefined;
  disabled?: boolean | undefined;
}>;

/** Without erased users. */
export interface UserQueries {
  find(id: string): Promise<User | undefined>;
  /** `email` is canonical. */
  findByEmail(email: string): Promise<User | undefined>;
  /** Newest first; the page key is [createdAt in ms since 1970, id]. */
  list(filter: UserFilter, page: PageRequest): Promise<Page<User>>;
}

/** All stored data about a person as plain JSON, without hashes, tokens and fingerprints. */
export interface PersonalRecords {
  /** undefined if there is no such user. */
  of(userId: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}
