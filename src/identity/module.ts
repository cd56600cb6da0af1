import { asFunction, type AwilixContainer } from 'awilix';
import type { ContextModule } from '../platform/context-module.js';
import { makeUnitOfWork } from '../platform/database/unit-of-work.js';
import type { JobHandler } from '../platform/jobs/job-runner.js';
import { makeAuthenticate } from './application/authenticate.js';
import { makeChangeName } from './application/change-name.js';
import { makeChangePassword } from './application/change-password.js';
import { makeConfirmPasswordReset } from './application/confirm-password-reset.js';
import { makeConfirmRegistration } from './application/confirm-registration.js';
import { makeCreateAdmin } from './application/create-admin.js';
import { makeEndOtherSessions } from './application/end-other-sessions.js';
import { makeEndSession } from './application/end-session.js';
import { PASSWORD_RESET_MAIL, PURGE, PURGE_EVERY_MS, REGISTRATION_MAIL } from './application/jobs.js';
import { makeListSessions } from './application/list-sessions.js';
import { makeCheckPassword } from './application/password-policy.js';
import type { IdentityPorts } from './application/ports.js';
import { makePurgeExpired, type PurgeExpired } from './application/purge-expired.js';
import { makeRefreshSession } from './application/refresh-session.js';
import { makeRequestPasswordReset } from './application/request-password-reset.js';
import { makeRequestRegistration } from './application/request-registration.js';
import {
  makeSendPasswordResetMail,
  type SendPasswordResetMail,
} from './application/send-password-reset-mail.js';
import { makeSendRegistrationMail, type SendRegistrationMail } from './application/send-registration-mail.js';
import { makeSignIn } from './application/sign-in.js';
import { makeViewProfile } from './application/view-profile.js';
import { makeAccessTokens } from './infrastructure/access-tokens.js';
import { makeArgon2Passwords } from './infrastructure/argon2-passwords.js';
import { makeCommonPasswords } from './infrastructure/common-passwords.js';
import { makeMailTokens } from './infrastructure/mail-tokens.js';
import { makeRefreshTokens } from './infrastructure/refresh-tokens.js';
import { makeIdentityModels } from './infrastructure/sequelize/models.js';
import { makePasswordResetRepository } from './infrastructure/sequelize/password-reset-repository.js';
import { makeRegistrationRepository } from './infrastructure/sequelize/registration-repository.js';
import { makeSessionQueries } from './infrastructure/sequelize/session-queries.js';
import { makeSessionRepository } from './infrastructure/sequelize/session-repository.js';
import { makeUserQueries } from './infrastructure/sequelize/user-queries.js';
import { makeUserRepository } from './infrastructure/sequelize/user-repository.js';
import { makeSignInThrottle } from './infrastructure/sign-in-throttle.js';
import { identityPages } from './http/pages.js';
import { identityProblems } from './http/problems.js';
import { identityRoutes } from './http/routes.js';

/** Needs the platform's `sequelize`, `database`, `transactions`, `outbox`, `secrets`, `rateLimits`, `mailer`, `clock`, `ids`, `publicUrl`. */
export function registerIdentity(container: AwilixContainer): void {
  container.register({
    // stateless, one for the process
    identityModels: asFunction(makeIdentityModels).singleton(),
    passwords: asFunction(makeArgon2Passwords).singleton(),
    commonPasswords: asFunction(makeCommonPasswords).singleton(),
    checkPassword: asFunction(makeCheckPassword).singleton(),
    mailTokens: asFunction(makeMailTokens).singleton(),
    refreshTokens: asFunction(makeRefreshTokens).singleton(),
    accessTokens: asFunction(makeAccessTokens).singleton(),
    signInThrottle: asFunction(makeSignInThrottle).singleton(),

    // only where there is a transaction
    users: asFunction(makeUserRepository).scoped(),
    registrations: asFunction(makeRegistrationRepository).scoped(),
    passwordResets: asFunction(makePasswordResetRepository).scoped(),
    sessions: asFunction(makeSessionRepository).scoped(),

    // in a transaction's scope these join it
    identityUnitOfWork: asFunction(makeUnitOfWork<IdentityPorts>).scoped(),
    userQueries: asFunction(makeUserQueries).scoped(),
    sessionQueries: asFunction(makeSessionQueries).scoped(),

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
    createAdmin: asFunction(makeCreateAdmin).scoped(),
    purgeExpired: asFunction(makePurgeExpired).scoped(),
  });
}

/** What the job handlers take from the container. */
export type IdentityJobCradle = Readonly<{
  sendRegistrationMail: SendRegistrationMail;
  sendPasswordResetMail: SendPasswordResetMail;
  purgeExpired: PurgeExpired;
}>;

/** Handlers by kind. */
export const identityJobs = {
  [REGISTRATION_MAIL]:
    ({ sendRegistrationMail }: IdentityJobCradle): JobHandler =>
    ({ id, payload }) =>
      sendRegistrationMail({ jobId: id, registrationId: String(payload['registrationId']) }),
  [PASSWORD_RESET_MAIL]:
    ({ sendPasswordResetMail }: IdentityJobCradle): JobHandler =>
    ({ id, payload }) =>
      sendPasswordResetMail({ jobId: id, resetId: String(payload['resetId']) }),
  [PURGE]:
    ({ purgeExpired }: IdentityJobCradle): JobHandler =>
    () =>
      purgeExpired(),
};

export const identityModule: ContextModule = {
  tags: [
    { name: 'registration', description: 'Opening an account and getting back into one.' },
    { name: 'sessions', description: 'Signing in, staying signed in, signing out.' },
    { name: 'profile', description: 'The signed-in user.' },
  ],
  register: registerIdentity,
  routes: identityRoutes,
  pages: identityPages,
  problems: identityProblems,
  jobs: identityJobs,
  recurringJobs: [{ kind: PURGE, everyMs: PURGE_EVERY_MS }],
};
