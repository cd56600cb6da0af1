import { makeAuthenticate } from '../../src/identity/application/authenticate.js';
import { makeChangeName } from '../../src/identity/application/change-name.js';
import { makeChangePassword } from '../../src/identity/application/change-password.js';
import { makeConfirmPasswordReset } from '../../src/identity/application/confirm-password-reset.js';
import { makeConfirmRegistration } from '../../src/identity/application/confirm-registration.js';
import { makeCreateAdmin } from '../../src/identity/application/create-admin.js';
import { makeEndOtherSessions } from '../../src/identity/application/end-other-sessions.js';
import { makeEndSession } from '../../src/identity/application/end-session.js';
import { makeListSessions } from '../../src/identity/application/list-sessions.js';
import { makeCheckPassword } from '../../src/identity/application/password-policy.js';
import { makePurgeExpired } from '../../src/identity/application/purge-expired.js';
import { makeRefreshSession } from '../../src/identity/application/refresh-session.js';
import { makeRequestPasswordReset } from '../../src/identity/application/request-password-reset.js';
import { makeRequestRegistration } from '../../src/identity/application/request-registration.js';
import { makeSendPasswordResetMail } from '../../src/identity/application/send-password-reset-mail.js';
import { makeSendRegistrationMail } from '../../src/identity/application/send-registration-mail.js';
import { makeSignIn } from '../../src/identity/application/sign-in.js';
import { makeViewProfile } from '../../src/identity/application/view-profile.js';
import { makeAccessTokens } from '../../src/identity/infrastructure/access-tokens.js';
import { makeMailTokens } from '../../src/identity/infrastructure/mail-tokens.js';
import { makeRefreshTokens } from '../../src/identity/infrastructure/refresh-tokens.js';
import type { User } from '../../src/identity/domain/user.js';
import { makeSecrets } from '../../src/platform/config/secrets.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { FakeMailer } from '../support/fakes/mailer.js';
import { fakeCommonPasswords, FakePasswords } from '../support/fakes/passwords.js';
import { FakeSignInThrottle } from '../support/fakes/sign-in-throttle.js';
import { makeInMemoryIdentity } from '../support/in-memory/identity.js';

export const PASSWORD = 'correct horse';
export const CLIENT = { ip: '192.0.2.1', userAgent: 'test' };

/** Every use case of the context over the in-memory adapters, with a clock that stands still. */
export function makeWorld() {
  const memory = makeInMemoryIdentity();
  const clock = new FakeClock();
  const secrets = makeSecrets('a secret for tests, longer than 32 bytes');
  const fakes = {
    clock,
    ids: new FakeIds(),
    mailer: new FakeMailer(),
    passwords: new FakePasswords(),
    signInThrottle: new FakeSignInThrottle(),
  };
  const cradle = {
    ...memory,
    ...fakes,
    publicUrl: 'https://praxis.test',
    checkPassword: makeCheckPassword({ commonPasswords: fakeCommonPasswords }),
    mailTokens: makeMailTokens({ secrets }),
    refreshTokens: makeRefreshTokens({ secrets }),
    accessTokens: makeAccessTokens({ secrets, clock }),
  };
  const useCases = {
    requestRegistration: makeRequestRegistration(cradle),
    sendRegistrationMail: makeSendRegistrationMail(cradle),
    confirmRegistration: makeConfirmRegistration(cradle),
    signIn: makeSignIn(cradle),
    refreshSession: makeRefreshSession(cradle),
    authenticate: makeAuthenticate(cradle),
    listSessions: makeListSessions(cradle),
    endSession: makeEndSession(cradle),
    endOtherSessions: makeEndOtherSessions(cradle),
    requestPasswordReset: makeRequestPasswordReset(cradle),
    sendPasswordResetMail: makeSendPasswordResetMail(cradle),
    confirmPasswordReset: makeConfirmPasswordReset(cradle),
    changePassword: makeChangePassword(cradle),
    viewProfile: makeViewProfile(cradle),
    changeName: makeChangeName(cradle),
    createAdmin: makeCreateAdmin(cradle),
    purgeExpired: makePurgeExpired(cradle),
  };

  let done = 0;
  /** Does what the job runner would: the mails of every job that was committed since. */
  async function runJobs(): Promise<void> {
    for (const { id: jobId, payload } of memory.jobs().slice(done)) {
      done += 1;
      if (typeof payload['registrationId'] === 'string')
        await useCases.sendRegistrationMail({ jobId, registrationId: payload['registrationId'] });
      if (typeof payload['resetId'] === 'string')
        await useCases.sendPasswordResetMail({ jobId, resetId: payload['resetId'] });
    }
  }
  const given = (...users: User[]): Promise<void> =>
    memory.identityUnitOfWork.run(async (ports) => {
      for (const user of users) await ports.users.insert(user);
    });
  const signInAs = (user: User) => useCases.signIn({ email: user.email, password: PASSWORD, client: CLIENT });

  return { ...cradle, ...useCases, runJobs, given, signInAs };
}

export type World = ReturnType<typeof makeWorld>;
