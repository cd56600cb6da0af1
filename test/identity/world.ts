import { makeAddCard } from '../../src/identity/application/add-card.js';
import { makeCardVault } from '../../src/identity/application/card-vault.js';
import { makeChangeRole } from '../../src/identity/application/change-role.js';
import { makeChooseDefaultCard } from '../../src/identity/application/choose-default-card.js';
import { makeConfirmEmailChange } from '../../src/identity/application/confirm-email-change.js';
import { makeDetachCard } from '../../src/identity/application/detach-card.js';
import { makeDisableUser } from '../../src/identity/application/disable-user.js';
import { makeEnableUser } from '../../src/identity/application/enable-user.js';
import { makeEraseUser } from '../../src/identity/application/erase-user.js';
import { makeFindMember } from '../../src/identity/application/find-member.js';
import { makeInviteUser } from '../../src/identity/application/invite-user.js';
import { makeListCards } from '../../src/identity/application/list-cards.js';
import { makeListSecurityEvents } from '../../src/identity/application/list-security-events.js';
import { makeListUsers } from '../../src/identity/application/list-users.js';
import { makeReauthenticate } from '../../src/identity/application/reauthenticate.js';
import { makeRemoveCard } from '../../src/identity/application/remove-card.js';
import { makeRenameUser } from '../../src/identity/application/rename-user.js';
import { makeRequestEmailChange } from '../../src/identity/application/request-email-change.js';
import { makeSendEmailChangeMail } from '../../src/identity/application/send-email-change-mail.js';
import { makeSendEmailChangeNotice } from '../../src/identity/application/send-email-change-notice.js';
import { makeViewCard } from '../../src/identity/application/view-card.js';
import { makeViewUser } from '../../src/identity/application/view-user.js';
import { makeAuthenticate } from '../../src/identity/application/authenticate.js';
import { makeChangeName } from '../../src/identity/application/change-name.js';
import { makeChangePassword } from '../../src/identity/application/change-password.js';
import { makeConfirmPasswordReset } from '../../src/identity/application/confirm-password-reset.js';
import { makeConfirmRegistration } from '../../src/identity/application/confirm-registration.js';
import { makeCreateAdmin } from '../../src/identity/application/create-admin.js';
import { makeEndOtherSessions } from '../../src/identity/application/end-other-sessions.js';
import { makeEndSession } from '../../src/identity/application/end-session.js';
import { EMAIL_CHANGE_MAIL, EMAIL_CHANGE_NOTICE } from '../../src/identity/application/jobs.js';
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
import type { Client } from '../../src/identity/application/ports.js';
import type { SecurityEvent } from '../../src/identity/domain/security-event.js';
import type { User } from '../../src/identity/domain/user.js';
import { makeSecrets } from '../../src/platform/config/secrets.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { FakeMailBudget, noMailSpread } from '../support/fakes/mail-budget.js';
import { FakeMailer } from '../support/fakes/mailer.js';
import { FakePaymentGateway } from '../support/fakes/payment-gateway.js';
import { FakePasswords, fakePasswordStrength } from '../support/fakes/passwords.js';
import { FakeSignInThrottle } from '../support/fakes/sign-in-throttle.js';
import { makeInMemoryIdentity } from '../support/in-memory/identity.js';

export const PASSWORD = 'correct horse';
export const CLIENT = { ip: '192.0.2.1', userAgent: 'test' };

/** The use case called from `CLIENT`, wherever the caller says nothing else. */
const fromHere =
  <Command extends Readonly<{ client: Client }>, Result>(useCase: (command: Command) => Result) =>
  (command: Omit<Command, 'client'> & Readonly<{ client?: Client }>): Result =>
    useCase({ client: CLIENT, ...command } as unknown as Command);

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
    mailBudget: new FakeMailBudget(),
    mailSpread: noMailSpread,
    paymentGateway: new FakePaymentGateway(clock),
  };
  const cradle = {
    ...memory,
    ...fakes,
    publicUrl: 'https://praxis.test',
    checkPassword: makeCheckPassword({ passwordStrength: fakePasswordStrength }),
    mailTokens: makeMailTokens({ secrets }),
    refreshTokens: makeRefreshTokens({ secrets }),
    accessTokens: makeAccessTokens({ secrets, clock }),
    reauthenticate: makeReauthenticate({ ...memory, ...fakes }),
  };
  const useCases = {
    requestRegistration: fromHere(makeRequestRegistration(cradle)),
    sendRegistrationMail: makeSendRegistrationMail(cradle),
    confirmRegistration: fromHere(makeConfirmRegistration(cradle)),
    signIn: makeSignIn(cradle),
    refreshSession: fromHere(makeRefreshSession(cradle)),
    authenticate: makeAuthenticate(cradle),
    listSessions: makeListSessions(cradle),
    endSession: fromHere(makeEndSession(cradle)),
    endOtherSessions: fromHere(makeEndOtherSessions(cradle)),
    requestPasswordReset: fromHere(makeRequestPasswordReset(cradle)),
    sendPasswordResetMail: makeSendPasswordResetMail(cradle),
    confirmPasswordReset: fromHere(makeConfirmPasswordReset(cradle)),
    changePassword: makeChangePassword(cradle),
    viewProfile: makeViewProfile(cradle),
    changeName: makeChangeName(cradle),
    createAdmin: makeCreateAdmin(cradle),
    purgeExpired: makePurgeExpired(cradle),
    listUsers: makeListUsers(cradle),
    viewUser: makeViewUser(cradle),
    inviteUser: fromHere(makeInviteUser(cradle)),
    renameUser: makeRenameUser(cradle),
    changeRole: fromHere(makeChangeRole(cradle)),
    disableUser: fromHere(makeDisableUser(cradle)),
    enableUser: fromHere(makeEnableUser(cradle)),
    eraseUser: fromHere(makeEraseUser(cradle)),
    findMember: makeFindMember(cradle),
    addCard: makeAddCard(cradle),
    listCards: makeListCards(cradle),
    viewCard: makeViewCard(cradle),
    chooseDefaultCard: makeChooseDefaultCard(cradle),
    removeCard: makeRemoveCard(cradle),
    detachCard: makeDetachCard(cradle),
    requestEmailChange: fromHere(makeRequestEmailChange(cradle)),
    confirmEmailChange: fromHere(makeConfirmEmailChange(cradle)),
    sendEmailChangeMail: makeSendEmailChangeMail(cradle),
    sendEmailChangeNotice: makeSendEmailChangeNotice(cradle),
    listSecurityEvents: makeListSecurityEvents(cradle),
    cardVault: makeCardVault(cradle),
  };

  let done = 0;
  /** Does what the job runner would: every job that was committed since. */
  async function runJobs(): Promise<void> {
    for (const { id: jobId, kind, payload } of memory.jobs().slice(done)) {
      done += 1;
      const silent = payload['silent'] === true;
      if (typeof payload['registrationId'] === 'string')
        await useCases.sendRegistrationMail({ jobId, registrationId: payload['registrationId'], silent });
      if (typeof payload['resetId'] === 'string')
        await useCases.sendPasswordResetMail({ jobId, resetId: payload['resetId'], silent });
      if (typeof payload['cardId'] === 'string') await useCases.detachCard({ cardId: payload['cardId'] });
      const changeId = String(payload['changeId']);
      if (kind === EMAIL_CHANGE_MAIL) await useCases.sendEmailChangeMail({ jobId, changeId, silent });
      if (kind === EMAIL_CHANGE_NOTICE)
        await useCases.sendEmailChangeNotice({ jobId, changeId, changed: payload['changed'] === true });
    }
  }
  const given = (...users: User[]): Promise<void> =>
    memory.identityUnitOfWork.run(async (ports) => {
      for (const user of users) await ports.users.insert(user);
    });
  const signInAs = (user: User) => useCases.signIn({ email: user.email, password: PASSWORD, client: CLIENT });

  /** What was logged so far, oldest first: the event and whose account it was. */
  const events = (): (readonly [string, string | null])[] =>
    memory.store
      .table<SecurityEvent & { id: string }>('security_events')
      .all()
      .map(({ event, userId }) => [event, userId]);

  return { ...cradle, ...useCases, runJobs, given, signInAs, events };
}

export type World = ReturnType<typeof makeWorld>;
