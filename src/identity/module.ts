import { asFunction } from 'awilix';
import type { ContextModule } from '../platform/context-module.js';
import { makeUnitOfWork } from '../platform/database/unit-of-work.js';
import type { JobHandler } from '../platform/jobs/job-runner.js';
import { asWritingPort, type CradleOf } from '../platform/registrations.js';
import { makeAddCard } from './application/add-card.js';
import { makeCardVault } from './application/card-vault.js';
import { makeChangeRole } from './application/change-role.js';
import { makeChooseDefaultCard } from './application/choose-default-card.js';
import { makeConfirmEmailChange } from './application/confirm-email-change.js';
import { makeDisableUser } from './application/disable-user.js';
import { makeEnableUser } from './application/enable-user.js';
import { makeEraseUser } from './application/erase-user.js';
import { makeFindMember } from './application/find-member.js';
import { makeInviteUser } from './application/invite-user.js';
import { makeUserMailer } from './application/user-mailer.js';
import { makeListCards } from './application/list-cards.js';
import { makeListSecurityEvents } from './application/list-security-events.js';
import { makeListUsers } from './application/list-users.js';
import { makeReauthenticate } from './application/reauthenticate.js';
import { makeRemoveCard } from './application/remove-card.js';
import { makeRenameUser } from './application/rename-user.js';
import { makeRequestEmailChange } from './application/request-email-change.js';
import { makeViewCard } from './application/view-card.js';
import { makeViewUser } from './application/view-user.js';
import { makeDetachCard } from './application/detach-card.js';
import { makeSendEmailChangeMail } from './application/send-email-change-mail.js';
import { makeSendEmailChangeNotice } from './application/send-email-change-notice.js';
import { makeAuthenticate } from './application/authenticate.js';
import { makeChangeName } from './application/change-name.js';
import { makeChangePassword } from './application/change-password.js';
import { makeConfirmPasswordReset } from './application/confirm-password-reset.js';
import { makeConfirmRegistration } from './application/confirm-registration.js';
import { makeCreateAdmin } from './application/create-admin.js';
import { makeEndOtherSessions } from './application/end-other-sessions.js';
import { makeEndSession } from './application/end-session.js';
import {
  DETACH_CARD,
  EMAIL_CHANGE_MAIL,
  EMAIL_CHANGE_NOTICE,
  PASSWORD_RESET_MAIL,
  PURGE,
  PURGE_EVERY_MS,
  REGISTRATION_MAIL,
} from './application/jobs.js';
import { makeListSessions } from './application/list-sessions.js';
import { makeCheckPassword } from './application/password-policy.js';
import type { IdentityPorts, PersonalRecords } from './application/ports.js';
import { makePurgeExpired } from './application/purge-expired.js';
import { makeRefreshSession } from './application/refresh-session.js';
import { makeRequestPasswordReset } from './application/request-password-reset.js';
import { makeRequestRegistration } from './application/request-registration.js';
import { makeSendPasswordResetMail } from './application/send-password-reset-mail.js';
import { makeSendRegistrationMail } from './application/send-registration-mail.js';
import { makeSignIn } from './application/sign-in.js';
import { makeViewProfile } from './application/view-profile.js';
import { makeAccessTokens } from './infrastructure/access-tokens.js';
import { makeArgon2Passwords } from './infrastructure/argon2-passwords.js';
import { makeMailBudget } from './infrastructure/mail-budget.js';
import { makeMailSpread } from './infrastructure/mail-spread.js';
import { makeMailTokens } from './infrastructure/mail-tokens.js';
import { makeRefreshTokens } from './infrastructure/refresh-tokens.js';
import { makePasswordStrength } from './infrastructure/password-strength.js';
import { makeCardQueries } from './infrastructure/sequelize/card-queries.js';
import { makeCardRepository } from './infrastructure/sequelize/card-repository.js';
import { makeDirectory } from './infrastructure/sequelize/directory.js';
import { makeEmailChangeRepository } from './infrastructure/sequelize/email-change-repository.js';
import { makeIdentityModels } from './infrastructure/sequelize/models.js';
import { makePasswordResetRepository } from './infrastructure/sequelize/password-reset-repository.js';
import { makePersonalRecords } from './infrastructure/sequelize/personal-records.js';
import { makeRegistrationRepository } from './infrastructure/sequelize/registration-repository.js';
import { makeSecurityEventQueries } from './infrastructure/sequelize/security-event-queries.js';
import { makeSecurityLog } from './infrastructure/sequelize/security-log.js';
import { makeSessionQueries } from './infrastructure/sequelize/session-queries.js';
import { makeSessionRepository } from './infrastructure/sequelize/session-repository.js';
import { makeUserQueries } from './infrastructure/sequelize/user-queries.js';
import { makeUserRepository } from './infrastructure/sequelize/user-repository.js';
import { makeSignInThrottle } from './infrastructure/sign-in-throttle.js';
import { identityPages } from './http/pages.js';
import { identityProblems } from './http/problems.js';
import { identityRoutes } from './http/routes.js';

/**
 * Needs the platform's `config`, `sequelize`, `database`, `transactions`, `outbox`, `secrets`, `rateLimits`, `mailer`,
 * `clock`, `ids`, `publicUrl`, `paymentGateway`. Other contexts take `cardVault`,
 * `directory` and `userMailer` (index.ts).
 */
export const identityRegistrations = {
  // stateless: one for each process
  identityModels: asFunction(makeIdentityModels).singleton(),
  passwords: asFunction(makeArgon2Passwords).singleton(),
  passwordStrength: asFunction(makePasswordStrength).singleton(),
  checkPassword: asFunction(makeCheckPassword).singleton(),
  mailTokens: asFunction(makeMailTokens).singleton(),
  refreshTokens: asFunction(makeRefreshTokens).singleton(),
  accessTokens: asFunction(makeAccessTokens).singleton(),
  signInThrottle: asFunction(makeSignInThrottle).singleton(),
  mailBudget: asFunction(makeMailBudget).singleton(),
  mailSpread: asFunction(makeMailSpread).singleton(),

  // writing ports: they resolve in a transaction only
  users: asWritingPort(makeUserRepository),
  registrations: asWritingPort(makeRegistrationRepository),
  passwordResets: asWritingPort(makePasswordResetRepository),
  emailChanges: asWritingPort(makeEmailChangeRepository),
  cards: asWritingPort(makeCardRepository),
  sessions: asWritingPort(makeSessionRepository),
  securityLog: asWritingPort(makeSecurityLog),

  // within a transaction, these join it
  identityUnitOfWork: asFunction(makeUnitOfWork<IdentityPorts>).scoped(),
  userQueries: asFunction(makeUserQueries).scoped(),
  sessionQueries: asFunction(makeSessionQueries).scoped(),
  cardQueries: asFunction(makeCardQueries).scoped(),
  securityEventQueries: asFunction(makeSecurityEventQueries).scoped(),
  personalRecords: asFunction(makePersonalRecords).scoped(),
  directory: asFunction(makeDirectory).scoped(),
  cardVault: asFunction(makeCardVault).scoped(),
  userMailer: asFunction(makeUserMailer).scoped(),

  reauthenticate: asFunction(makeReauthenticate).scoped(),

  requestRegistration: asFunction(makeRequestRegistration).scoped(),
  sendRegistrationMail: asFunction(makeSendRegistrationMail).scoped(),
  confirmRegistration: asFunction(makeConfirmRegistration).scoped(),
  signIn: asFunction(makeSignIn).scoped(),
  refreshSession: asFunction(makeRefreshSession).scoped(),
  authenticate: asFunction(makeAuthenticate).scoped(),
  listSessions: asFunction(makeListSessions).scoped(),
  endSession: asFunction(makeEndSession).scoped(),
  endOtherSessions: asFunction(makeEndOtherSessions).scoped(),
  requestPasswordReset: asFunction(makeRequestPasswordReset).scoped(),
  sendPasswordResetMail: asFunction(makeSendPasswordResetMail).scoped(),
  confirmPasswordReset: asFunction(makeConfirmPasswordReset).scoped(),
  changePassword: asFunction(makeChangePassword).scoped(),
  viewProfile: asFunction(makeViewProfile).scoped(),
  changeName: asFunction(makeChangeName).scoped(),
  requestEmailChange: asFunction(makeRequestEmailChange).scoped(),
  sendEmailChangeMail: asFunction(makeSendEmailChangeMail).scoped(),
  sendEmailChangeNotice: asFunction(makeSendEmailChangeNotice).scoped(),
  confirmEmailChange: asFunction(makeConfirmEmailChange).scoped(),
  listCards: asFunction(makeListCards).scoped(),
  viewCard: asFunction(makeViewCard).scoped(),
  addCard: asFunction(makeAddCard).scoped(),
  chooseDefaultCard: asFunction(makeChooseDefaultCard).scoped(),
  removeCard: asFunction(makeRemoveCard).scoped(),
  detachCard: asFunction(makeDetachCard).scoped(),
  listUsers: asFunction(makeListUsers).scoped(),
  viewUser: asFunction(makeViewUser).scoped(),
  inviteUser: asFunction(makeInviteUser).scoped(),
  renameUser: asFunction(makeRenameUser).scoped(),
  changeRole: asFunction(makeChangeRole).scoped(),
  disableUser: asFunction(makeDisableUser).scoped(),
  enableUser: asFunction(makeEnableUser).scoped(),
  eraseUser: asFunction(makeEraseUser).scoped(),
  listSecurityEvents: asFunction(makeListSecurityEvents).scoped(),
  findMember: asFunction(makeFindMember).scoped(),
  createAdmin: asFunction(makeCreateAdmin).scoped(),
  purgeExpired: asFunction(makePurgeExpired).scoped(),
};
export type IdentityCradle = CradleOf<typeof identityRegistrations>;

/** The job that makes the other contexts erase their data about a member. */
export { MEMBER_ERASED } from './application/jobs.js';

/** Jobs by kind. */
export const identityJobs = {
  [REGISTRATION_MAIL]: {
    lane: 'mail',
    makeHandler:
      ({ sendRegistrationMail }: IdentityCradle): JobHandler =>
      ({ id, payload }) =>
        sendRegistrationMail({
          jobId: id,
          registrationId: String(payload['registrationId']),
          silent: payload['silent'] === true,
        }),
  },
  [PASSWORD_RESET_MAIL]: {
    lane: 'mail',
    makeHandler:
      ({ sendPasswordResetMail }: IdentityCradle): JobHandler =>
      ({ id, payload }) =>
        sendPasswordResetMail({
          jobId: id,
          resetId: String(payload['resetId']),
          silent: payload['silent'] === true,
        }),
  },
  [EMAIL_CHANGE_MAIL]: {
    lane: 'mail',
    makeHandler:
      ({ sendEmailChangeMail }: IdentityCradle): JobHandler =>
      ({ id, payload }) =>
        sendEmailChangeMail({
          jobId: id,
          changeId: String(payload['changeId']),
          silent: payload['silent'] === true,
        }),
  },
  [EMAIL_CHANGE_NOTICE]: {
    lane: 'mail',
    makeHandler:
      ({ sendEmailChangeNotice }: IdentityCradle): JobHandler =>
      ({ id, payload }) =>
        sendEmailChangeNotice({
          jobId: id,
          changeId: String(payload['changeId']),
          changed: payload['changed'] === true,
        }),
  },
  [DETACH_CARD]: {
    lane: 'payments',
    makeHandler:
      ({ detachCard }: IdentityCradle): JobHandler =>
      ({ payload }) =>
        detachCard({ cardId: String(payload['cardId']) }),
  },
  [PURGE]: {
    lane: 'database',
    makeHandler:
      ({ purgeExpired }: IdentityCradle): JobHandler =>
      () =>
        purgeExpired(),
  },
} as const;

export const identityModule: ContextModule<IdentityCradle> = {
  name: 'identity',
  tags: [
    { name: 'registration', description: 'Registration and password reset.' },
    { name: 'sessions', description: 'Sign-in, refresh and sign-out.' },
    { name: 'profile', description: 'The signed-in user.' },
    { name: 'cards', description: 'Saved cards, by tokens of the payment gateway.' },
    { name: 'users', description: 'All users, for staff and admins.' },
    { name: 'security', description: 'The security log of accounts.' },
  ],
  registrations: identityRegistrations,
  routes: identityRoutes,
  pages: identityPages,
  problems: identityProblems,
  jobs: identityJobs,
  recurringJobs: [{ kind: PURGE, everyMs: PURGE_EVERY_MS }],
  exportMember: {
    section: 'identity',
    collect: ({ personalRecords }: Readonly<{ personalRecords: PersonalRecords }>, userId) =>
      personalRecords.of(userId),
  },
};
