import { EMAIL_CHANGE_MAIL, EMAIL_CHANGE_NOTICE } from '../../src/identity/application/jobs.js';
import type { Client } from '../../src/identity/application/ports.js';
import type { SecurityEvent } from '../../src/identity/domain/security-event.js';
import type { User } from '../../src/identity/domain/user.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { FakeMailBudget, noMailSpread } from '../support/fakes/mail-budget.js';
import { FakeMailer } from '../support/fakes/mailer.js';
import { FakePaymentGateway } from '../support/fakes/payment-gateway.js';
import { FakePasswords, fakePasswordStrength } from '../support/fakes/passwords.js';
import { FakeSignInThrottle } from '../support/fakes/sign-in-throttle.js';
import { containerOver, cradleWith, over, type Replacements } from '../support/in-memory-container.js';
import { makeInMemoryIdentity } from '../support/in-memory/identity.js';

export const PASSWORD = 'correct horse';
export const CLIENT = { ip: '192.0.2.1', userAgent: 'test' };

/** The use case with `CLIENT` as the default client. */
const fromHere =
  <Command extends Readonly<{ client: Client }>, Result>(useCase: (command: Command) => Result) =>
  (command: Omit<Command, 'client'> & Readonly<{ client?: Client }>): Result =>
    useCase({ client: CLIENT, ...command } as unknown as Command);

/** The real container over identity's in-memory adapters, with a clock that stands still. */
export function makeWorld() {
  const memory = makeInMemoryIdentity();
  const clock = new FakeClock();
  const fakes = {
    clock,
    ids: new FakeIds(),
    mailer: new FakeMailer(),
    passwords: new FakePasswords(),
    passwordStrength: fakePasswordStrength,
    signInThrottle: new FakeSignInThrottle(),
    mailBudget: new FakeMailBudget(),
    mailSpread: noMailSpread,
    paymentGateway: new FakePaymentGateway(clock),
  };
  const { jobs, store, ...adapters } = memory;
  const container = containerOver({ ...adapters, ...fakes });
  const { cradle } = container;
  const fromClient = {
    requestRegistration: fromHere(cradle.requestRegistration),
    confirmRegistration: fromHere(cradle.confirmRegistration),
    refreshSession: fromHere(cradle.refreshSession),
    endSession: fromHere(cradle.endSession),
    endOtherSessions: fromHere(cradle.endOtherSessions),
    requestPasswordReset: fromHere(cradle.requestPasswordReset),
    confirmPasswordReset: fromHere(cradle.confirmPasswordReset),
    inviteUser: fromHere(cradle.inviteUser),
    changeRole: fromHere(cradle.changeRole),
    disableUser: fromHere(cradle.disableUser),
    enableUser: fromHere(cradle.enableUser),
    eraseUser: fromHere(cradle.eraseUser),
    requestEmailChange: fromHere(cradle.requestEmailChange),
    confirmEmailChange: fromHere(cradle.confirmEmailChange),
  };

  let done = 0;
  /** Runs the jobs that were committed since the last call. */
  async function runJobs(): Promise<void> {
    for (const { id: jobId, kind, payload } of jobs().slice(done)) {
      done += 1;
      const silent = payload['silent'] === true;
      if (typeof payload['registrationId'] === 'string')
        await cradle.sendRegistrationMail({ jobId, registrationId: payload['registrationId'], silent });
      if (typeof payload['resetId'] === 'string')
        await cradle.sendPasswordResetMail({ jobId, resetId: payload['resetId'], silent });
      if (typeof payload['cardId'] === 'string') await cradle.detachCard({ cardId: payload['cardId'] });
      const changeId = String(payload['changeId']);
      if (kind === EMAIL_CHANGE_MAIL) await cradle.sendEmailChangeMail({ jobId, changeId, silent });
      if (kind === EMAIL_CHANGE_NOTICE)
        await cradle.sendEmailChangeNotice({ jobId, changeId, changed: payload['changed'] === true });
    }
  }
  const given = (...users: User[]): Promise<void> =>
    memory.identityUnitOfWork.run(async (ports) => {
      for (const user of users) await ports.users.insert(user);
    });
  const signInAs = (user: User) => cradle.signIn({ email: user.email, password: PASSWORD, client: CLIENT });

  /** The logged events with the users they concern, oldest first. */
  const events = (): (readonly [string, string | null])[] =>
    store
      .table<SecurityEvent & { id: string }>('security_events')
      .all()
      .map(({ event, userId }) => [event, userId]);

  /** The use cases with some of their dependencies replaced. */
  const using = (replacements: Replacements) => cradleWith(container, replacements);

  return over(container.cradle, {
    ...memory,
    ...fakes,
    ...fromClient,
    runJobs,
    given,
    signInAs,
    events,
    using,
  });
}

export type World = ReturnType<typeof makeWorld>;
