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

/** Who calls: what an access token stands for right now. */
export type Actor = Readonly<{ userId: string; sessionId: string; role: Role; emailVerified: boolean }>;

/** What a person sees of one of their sessions. */
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
 * email changes by id → cards → sessions by id. Whoever changes a user's cards locks the user first.
 */
export interface UserRepository {
  /** Undefined for somebody who was erased, here and below. */
  find(id: string): Promise<User | undefined>;
  /** Locks the user to the end of the transaction. */
  lock(id: string): Promise<User | undefined>;
  /**
   * The user together with every admin who is not disabled, locked in id order and in one go: none of the admins ceases
   * to be one before the transaction ends, and two calls that would each leave the other as the last one come one after
   * the other. Locking the user after the admins would deadlock with whoever saw the user among them.
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
  /** Every registration of `email` that has not ended, locked in id order so that rivals cannot deadlock. */
  lockOpen(email: string): Promise<readonly Registration[]>;
  insert(registration: Registration): Promise<void>;
  save(registration: Registration): Promise<void>;
  /** Deletes every registration of `email`, ended or not. */
  forget(email: string): Promise<void>;
  /** Deletes at most `limit` that ended or expired before `before`; says how many. */
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
  /** Whatever state the card is in. */
  find(id: string): Promise<Card | undefined>;
  /** The user's cards but the removed ones, newest first; the caller has locked the user. */
  of(userId: string): Promise<readonly Card[]>;
  insert(card: Card): Promise<void>;
  save(card: Card): Promise<void>;
  /** Forgets a removed card; one that is not removed stays. */
  delete(id: string): Promise<void>;
}

/** Only ever added to. Failures are written by `runInNewTransaction`, so that they stay although the call fails. */
export interface SecurityLog {
  append(event: SecurityEvent): Promise<void>;
}

export interface SessionRepository {
  lock(id: string): Promise<Session | undefined>;
  insert(session: Session): Promise<void>;
  save(session: Session): Promise<void>;
  /** Ends every session of the user but `keepSessionId`, locking them in id order; says how many. */
  endAll(
    userId: string,
    end: Readonly<{ reason: SessionEnd; at: Date; keepSessionId?: string | undefined }>,
  ): Promise<number>;
  purge(before: Date, limit: number): Promise<number>;
}

/** The writing ports; they exist only inside a unit of work. */
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
  /** A prefix of the full name or of the address, without regard to case; every character stands for itself. */
  prefix?: string | undefined;
  roles?: readonly Role[] | undefined;
  disabled?: boolean | undefined;
}>;

/** Somebody who was erased is not there any more. */
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
  /** Not the removed ones; newest first; undefined when there is no such user. The page key is as that of users. */
  list(userId: string, page: PageRequest): Promise<Page<Card> | undefined>;
}

/** What a person sees of an event: from where it was done, unless somebody else did it in their name. */
export type SecurityEventView = Readonly<{
  id: string;
  at: Date;
  event: SecurityEvent['event'];
  ip: string;
  userAgent: string;
}>;

export interface SecurityEventQueries {
  /**
   * Newest first; undefined when there is no such user. The page key is [at in ms since 1970, id].
   * `own` leaves out from where others acted: where staff sit is nothing members need to know.
   */
  list(
    userId: string,
    view: Readonly<{ own: boolean }>,
    page: PageRequest,
  ): Promise<Page<SecurityEventView> | undefined>;
}

/** Everything held about one person but hashes, tokens and fingerprints, as plain JSON by kind of thing. */
export interface PersonalRecords {
  /** Undefined when there is no such user. */
  of(userId: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

export interface SessionQueries {
  /** The caller behind a session that is live at `at` and whose user is not disabled: one statement, never cached. */
  actor(session: Readonly<{ userId: string; sessionId: string }>, at: Date): Promise<Actor | undefined>;
  /** Live sessions, newest first; the page key is [createdAt in ms since 1970, id]. */
  list(userId: string, at: Date, page: PageRequest): Promise<Page<SessionView>>;
}

/**
 * For whom a password is hashed. `isKnown`: signed in, or on a device that signed in before; they do not wait behind
 * strangers.
 */
export type HashRequester = Readonly<{ ip: string; isKnown: boolean }>;

/** Slow on purpose, and fair between sources. busy `unavailable` with `retryAfterSeconds` when too many wait already. */
export interface Passwords {
  hash(password: string, requester: HashRequester): Promise<string>;
  /** Takes the same time and is false when there is no hash to compare with. */
  verify(password: string, hash: string | null, requester: HashRequester): Promise<boolean>;
  /** Made with parameters that are no longer ours? */
  needsRehash(hash: string): boolean;
}

export interface PasswordStrength {
  /**
   * How many guesses an attacker needs who knows `words` and the common passwords. The lists are loaded when first asked
   * for.
   */
  load(): Promise<(password: string, words: readonly string[]) => number>;
}

export type MailTokenPurpose = 'registration' | 'password-reset' | 'email-change';

/** Tokens for links in mail. Nothing of them is stored: they are the row's id and a signature over purpose and id. */
export interface MailTokens {
  mint(purpose: MailTokenPurpose, id: string): string;
  /** The id, or undefined when this server did not mint the token for this purpose. */
  read(purpose: MailTokenPurpose, token: string): string | undefined;
}

export type AskedMail = 'registration' | 'password-reset' | 'email-change';

/** Bounds the mails that strangers can have sent to one address. Nobody is told: the answer is the same either way. */
export interface MailBudget {
  /**
   * Counts a request for a mail and returns whether one may be sent. The work is the same either way, so its time does
   * not tell whether somebody asked before.
   */
  allows(mail: AskedMail, email: string, client: Client): Promise<boolean>;
}

/** Moves the start of jobs whose work differs between known and unknown addresses away from the answer. */
export interface MailSpread {
  /** The job, to be run some seconds later, at random. */
  delay(job: NewJob, now: Date): NewJob;
}

/** `text` is what the client holds; only `hash` is ever stored. */
export type RefreshToken = PresentedToken & Readonly<{ text: string }>;

export interface RefreshTokens {
  /** A random token of generation 1. */
  first(sessionId: string): RefreshToken;
  newNonce(): string;
  /** Its successor: the same parent and nonce always make the same child. */
  child(parent: RefreshToken, nonce: string): RefreshToken;
  /** Undefined unless this server minted it. */
  read(text: string): RefreshToken | undefined;
}

export interface AccessTokens {
  readonly lifeSeconds: number;
  mint(subject: Readonly<{ userId: string; sessionId: string }>): Promise<string>;
  /** Undefined unless this server minted it and it has not expired. */
  read(text: string): Promise<Readonly<{ userId: string; sessionId: string }> | undefined>;
}

/** One attempt that the throttle let through. Exactly one of its methods is called when the attempt has ended. */
export interface Admission {
  /** Whether this person signed in from this device before. */
  readonly isKnown: boolean;
  /** The password was right: its points come back, and the device is known from now on. */
  succeed(): Promise<void>;
  /** The password was wrong. rate_limited where a stranger's attempt would have been refused. */
  fail(): Promise<void>;
  /** The password was not looked at: the points come back. */
  withdraw(): Promise<void>;
}

/** Counts failed sign-ins: points are taken first and come back on success, so that parallel guesses count too. */
export interface SignInThrottle {
  /** May take a while, to slow down. rate_limited `rate-limited` with `retryAfterSeconds` when no point is left. */
  admit(email: string, client: Client): Promise<Admission>;
}
