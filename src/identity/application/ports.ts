import type { Outbox } from '../../kernel/outbox.js';
import type { CardRepository } from './ports/cards.js';
import type { EmailChangeRepository } from './ports/email-changes.js';
import type { PasswordResetRepository } from './ports/password-resets.js';
import type { RegistrationRepository } from './ports/registrations.js';
import type { SecurityLog } from './ports/security-events.js';
import type { SessionRepository } from './ports/sessions.js';
import type { UserRepository } from './ports/users.js';

export { isExpired, type Card } from '../domain/card.js';
export type { Client } from '../domain/client.js';
export { SECURITY_EVENTS, type SecurityEvent } from '../domain/security-event.js';
export { ROLES, type Role, type User } from '../domain/user.js';
export type { CardQueries, CardRepository } from './ports/cards.js';
export type { EmailChangeRepository } from './ports/email-changes.js';
export type { AskedMail, MailBudget, MailSpread, MailTokenPurpose, MailTokens } from './ports/mails.js';
export type { PasswordResetRepository } from './ports/password-resets.js';
export type { HashRequester, PasswordStrength, Passwords } from './ports/passwords.js';
export type { RegistrationRepository } from './ports/registrations.js';
export type { SecurityEventQueries, SecurityEventView, SecurityLog } from './ports/security-events.js';
export type { AccessTokens, RefreshToken, RefreshTokens } from './ports/session-tokens.js';
export type { Actor, SessionQueries, SessionRepository, SessionView } from './ports/sessions.js';
export type { Admission, SignInThrottle } from './ports/sign-in-throttle.js';
export type { PersonalRecords, Standing, UserFilter, UserQueries, UserRepository } from './ports/users.js';

/**
 * The writing ports, which exist only inside a unit of work.
 * Lock order within the context: users by id → registrations by id → resets by id →
 * email changes by id → cards → sessions by id. A transaction that changes a user's cards locks the user first.
 */
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
