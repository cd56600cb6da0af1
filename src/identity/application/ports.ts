import type { NewJob, Outbox } from '../../kernel/outbox.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { Card } from '../domain/card.js';
import type { Client } from '../domain/client.js';
import type { EmailChange } from '../domain/email-change.js';
import type { PasswordReset } from '../domain/password-reset.js';
import type { Registration } from '../domain/registration.js';
import type { SecurityEvent } from '../domain/security-event.js';
import type { PresentedToken, Session, SessionEnd } from '../domain/session.js';
import type { Role, User } from '../domain/user.js';

export { isExpired, type Card } from '../domain/card.js';
export type { Client } from '../domain/client.js';
export { SECURITY_EVENTS, type SecurityEvent } from '../domain/security-event.js';
export { ROLES, type Role, type User } from '../domain/user.js';

/** The authenticated caller: user, role and session of an access token. */
export type Actor = Readonly<{ userId: string; sessionId: string; role: Role; emailVerified: boolean }>;

/** A session as its user sees it. */
export type SessionView = Readonly<{
  id: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  ip: string;
  userAgent: string;
}>;

export type Standing = Readonly<{ user: User | undefined; activeAdmins: readonly User[] }>;

/**
 * Lock order within the context: users by id → registrations by id → resets by id →
 * email changes by id → cards → sessions by id. A transaction that changes a user's cards locks the user first.
 */
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

export interface RegistrationRepository {
  find(id: string): Promise<Registration | undefined>;
  lock(id: string): Promise<Registration | undefined>;
  /** Every registration of `email` that has not ended, locked in id order so that concurrent calls cannot deadlock. */
  lockOpen(email: string): Promise<readonly Registration[]>;
  insert(registration: Registration): Promise<void>;
  save(registration: Registration): Promise<void>;
  /** Deletes every registration of `email`, ended or not. */
  forget(email: string): Promise<void>;
  /** Deletes at most `limit` rows that ended or expired before `before`; returns their number. */
  purge(before: Date, limit: number): Promise<number>;
}

export interface PasswordResetRepository {
  find(id: string): Promise<PasswordReset | undefined>;
  lock(id: string): Promise<PasswordReset | undefined>;
  /** Every reset of the user that has not ended, locked in id order. */
  lockOpen(userId: string): Promise<readonly PasswordReset[]>;
  insert(reset: PasswordReset): Promise<void>;
  save(reset: PasswordReset): Promise<void>;
  /** Deletes every reset of the user or of `email`, ended or not. */
  forget(person: Readonly<{ userId: string; email: string }>): Promise<void>;
  purge(before: Date, limit: number): Promise<number>;
}

export interface EmailChangeRepository {
  find(id: string): Promise<EmailChange | undefined>;
  lock(id: string): Promise<EmailChange | undefined>;
  /** Every change of the user that has not ended, locked in id order. */
  lockOpen(userId: string): Promise<readonly EmailChange[]>;
  insert(change: EmailChange): Promise<void>;
  save(change: EmailChange): Promise<void>;
  /** Deletes every change of the user, ended or not. */
  forget(userId: string): Promise<void>;
  purge(before: Date, limit: number): Promise<number>;
}

export interface CardRepository {
  /** Also a removed card. */
  find(id: string): Promise<Card | undefined>;
  /** The user's cards except removed ones, newest first. The caller has locked the user. */
  of(userId: string): Promise<readonly Card[]>;
  insert(card: Card): Promise<void>;
  save(card: Card): Promise<void>;
  /** Deletes the card if it is removed. */
  delete(id: string): Promise<void>;
}

/** Append-only. Failures are written in `runInNewTransaction`, so that they stay although the call fails. */
export interface SecurityLog {
  append(event: SecurityEvent): Promise<void>;
}

export interface SessionRepository {
  lock(id: string): Promise<Session | undefined>;
  insert(session: Session): Promise<void>;
  save(session: Session): Promise<void>;
  /** Ends all sessions of the user except `keepSessionId`, locking them in id order; returns their number. */
  endAll(
    userId: string,
    end: Readonly<{ reason: SessionEnd; at: Date; keepSessionId?: string | undefined }>,
  ): Promise<number>;
  purge(before: Date, limit: number): Promise<number>;
}

/** The writing ports, which exist only inside a unit of work. */
export type IdentityPorts = Readonly<{
  users: UserRepository;
  registrations: RegistrationRepository;
  passwordResets: PasswordResetRepository;
  emailChanges: EmailChangeRepository;
  cards: CardRepository;
  sessions: SessionRepository;
  securityLog: SecurityLog;
  outbox: Outbox;
}>;

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

export interface CardQueries {
  /** One of the user's own cards that is not removed. */
  find(userId: string, cardId: string): Promise<Card | undefined>;
  findDefault(userId: string): Promise<Card | undefined>;
  /** Newest first, without removed cards; undefined if there is no such user. [createdAt in ms since 1970, id] */
  list(userId: string, page: PageRequest): Promise<Page<Card> | undefined>;
}

/** An event as the account's user sees it. Without the client if another user acted on the account. */
export type SecurityEventView = Readonly<{
  id: string;
  at: Date;
  event: SecurityEvent['event'];
  ip: string;
  userAgent: string;
}>;

export interface SecurityEventQueries {
  /**
   * Newest first; undefined if there is no such user. The page key is [at in ms since 1970, id].
   * `own` omits the clients of other users who acted: members do not see the network addresses of staff.
   */
  list(
    userId: string,
    view: Readonly<{ own: boolean }>,
    page: PageRequest,
  ): Promise<Page<SecurityEventView> | undefined>;
}

/** All stored data about a person as plain JSON, without hashes, tokens and fingerprints. */
export interface PersonalRecords {
  /** undefined if there is no such user. */
  of(userId: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

export interface SessionQueries {
  /** The caller of a session that is live at `at` and whose user is not disabled. One statement, never cached. */
  actor(session: Readonly<{ userId: string; sessionId: string }>, at: Date): Promise<Actor | undefined>;
  /** Live sessions, newest first; the page key is [createdAt in ms since 1970, id]. */
  list(userId: string, at: Date, page: PageRequest): Promise<Page<SessionView>>;
}

/**
 * The source of a hash. `isKnown`: the user is signed in, or signed in from this device before. Known sources do not wait
 * behind unknown ones.
 */
export type HashRequester = Readonly<{ ip: string; isKnown: boolean }>;

/** Slow on purpose, and fair between sources. busy `unavailable` with `retryAfterSeconds` if the queue is full. */
export interface Passwords {
  hash(password: string, requester: HashRequester): Promise<string>;
  /** Without a hash it takes the same time and returns false. */
  verify(password: string, hash: string | null, requester: HashRequester): Promise<boolean>;
  /** Whether the hash was made with other parameters than the current ones. */
  needsRehash(hash: string): boolean;
}

export interface PasswordStrength {
  /**
   * Estimates the guesses that an attacker needs who knows `words` and the common passwords. Loads its dictionaries at
   * the first call.
   */
  load(): Promise<(password: string, words: readonly string[]) => number>;
}

export type MailTokenPurpose = 'registration' | 'password-reset' | 'email-change';

/** Tokens for links in mails: the id of a row and a signature over purpose and id. They are not stored. */
export interface MailTokens {
  mint(purpose: MailTokenPurpose, id: string): string;
  /** The id; undefined unless this server issued the token for this purpose. */
  read(purpose: MailTokenPurpose, token: string): string | undefined;
}

export type AskedMail = 'registration' | 'password-reset' | 'email-change';

/** Limits the mails that anonymous requests cause to one address. The response does not reveal the limit. */
export interface MailBudget {
  /**
   * Counts a request for a mail and returns whether it may be sent. It does the same work either way, so its duration does
   * not reveal earlier requests.
   */
  allows(mail: AskedMail, email: string, client: Client): Promise<boolean>;
}

/** Delays jobs whose work differs between known and unknown addresses, so that they do not affect the response time. */
export interface MailSpread {
  /** The job with a start some random seconds later. */
  delay(job: NewJob, now: Date): NewJob;
}

/** `text` goes to the client; only `hash` is stored. */
export type RefreshToken = PresentedToken & Readonly<{ text: string }>;

export interface RefreshTokens {
  /** A random token of generation 1. */
  first(sessionId: string): RefreshToken;
  newNonce(): string;
  /** The next token; the same parent and nonce always give the same child. */
  child(parent: RefreshToken, nonce: string): RefreshToken;
  /** undefined unless this server issued it. */
  read(text: string): RefreshToken | undefined;
}

export interface AccessTokens {
  readonly lifeSeconds: number;
  mint(subject: Readonly<{ userId: string; sessionId: string }>): Promise<string>;
  /** undefined unless this server issued it and it has not expired. */
  read(text: string): Promise<Readonly<{ userId: string; sessionId: string }> | undefined>;
}

/** An attempt that the throttle admitted. The caller calls exactly one of its methods at its end. */
export interface Admission {
  /** Whether this user signed in from this device before. */
  readonly isKnown: boolean;
  /** The password was right: refunds the points and remembers the device. */
  succeed(): Promise<void>;
  /** The password was wrong. rate_limited if an unknown device would have been refused. */
  fail(): Promise<void>;
  /** The password was not checked: refunds the points. */
  withdraw(): Promise<void>;
}

/** Limits failed sign-ins. Takes points before the check and refunds them on success, so that parallel guesses count. */
export interface SignInThrottle {
  /** May delay the attempt. rate_limited `rate-limited` with `retryAfterSeconds` if no point is left. */
  admit(email: string, client: Client): Promise<Admission>;
}
