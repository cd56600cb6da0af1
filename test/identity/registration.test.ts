import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.js';
import { DomainError } from '../../src/kernel/errors.js';
import type { IdentityPorts } from '../../src/identity/application/ports.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { Registration } from '../../src/identity/domain/registration.js';
import { aUser } from '../support/builders/identity.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import { CLIENT, makeWorld, PASSWORD, type World } from './world.js';

const EMAIL = 'nils.neu@praxis.test';
const wish = { email: EMAIL, password: PASSWORD, fullName: 'Nils Neu' };

describe('registering', () => {
  let world: World;
  beforeEach(() => {
    world = makeWorld();
  });

  it('mails a link, and creates the account with its token and the password', async () => {
    await world.requestRegistration({ ...wish, email: '  Nils.Neu@Praxis.test' });
    await world.runJobs();
    const [mail] = world.mailer.sent;
    expect(mail).to.include({ to: EMAIL, subject: 'Confirm your e-mail address' });
    expect(mail?.text).to.match(/^https:\/\/praxis\.test\/confirm-registration\?token=\S+$/m);
    const user = await world.confirmRegistration({ token: world.mailer.token, password: PASSWORD });
    expect(user).to.include({ email: EMAIL, fullName: 'Nils Neu', role: 'member', version: 1 });
    expect(user.emailVerifiedAt).to.deep.equal(world.clock.now());
    expect(await world.userQueries.findByEmail(EMAIL)).to.deep.equal(user);
    await world.signInAs(user);
  });

  it('reports every invalid field', async () => {
    for (const [changes, pointer] of [
      [{ email: 'nils' }, '/email'],
      [{ fullName: ' ' }, '/fullName'],
      [{ password: 'short' }, '/password'],
      [{ password: 'Password1' }, '/password'],
      [{ password: EMAIL }, '/password'],
    ] as const)
      expect(
        pointersOf(await expectCode(world.requestRegistration({ ...wish, ...changes }), 'validation')),
      ).to.deep.equal([pointer]);
    expect(world.jobs()).to.deep.equal([]);
  });

  it('does the same work for registered and unregistered addresses', async () => {
    await world.given(aUser({ email: EMAIL }));
    const { identityUnitOfWork: real } = world;
    const blindfold = (ports: IdentityPorts): IdentityPorts =>
      Object.defineProperty({ ...ports }, 'users', {
        get: () => {
          throw new Error('looked at users');
        },
      });
    const identityUnitOfWork: UnitOfWork<IdentityPorts> = {
      run: (work) => real.run((ports) => work(blindfold(ports))),
      runInNewTransaction: (work) => real.runInNewTransaction((ports) => work(blindfold(ports))),
    };
    const { requestRegistration } = world.using({ identityUnitOfWork });
    await requestRegistration({ ...wish, client: CLIENT });
    await requestRegistration({ ...wish, email: 'unknown@praxis.test', client: CLIENT });
    expect(world.jobs().map(({ kind }) => kind)).to.deep.equal([
      'identity.registration-mail',
      'identity.registration-mail',
    ]);
  });

  it('mails a registered address a note without a token, and ends the registration', async () => {
    await world.given(aUser({ email: EMAIL }));
    await world.requestRegistration(wish);
    await world.runJobs();
    expect(world.mailer.sent.map(({ subject }) => subject)).to.deep.equal(['You already have an account']);
    expect(world.mailer.sent[0]?.text).not.to.contain('token=');
    const [registration] = world.store.table<Registration>('registrations').all();
    expect(registration).to.include({ endReason: 'known-address', passwordHash: null });
  });

  it('stores no token, and puts only the id into the job', async () => {
    await world.requestRegistration(wish);
    await world.runJobs();
    const stored = JSON.stringify([world.store.table('registrations').all(), world.jobs()]);
    expect(stored).not.to.contain(world.mailer.token.split('.')[1]);
    expect(Object.keys(world.jobs()[0]?.payload ?? {})).to.deep.equal(['registrationId', 'silent']);
  });

  it('sends the same mail under the same id when the job runs again', async () => {
    await world.requestRegistration(wish);
    const [job] = world.jobs();
    const registrationId = String(job?.payload['registrationId']);
    world.mailer.failure = new Error('the mail server is away');
    await rejection(world.sendRegistrationMail({ jobId: 'job-1', registrationId }));
    await world.sendRegistrationMail({ jobId: 'job-1', registrationId });
    await world.sendRegistrationMail({ jobId: 'job-1', registrationId });
    expect(world.mailer.sent).to.have.length(2);
    expect(world.mailer.sent[0]).to.deep.equal(world.mailer.sent[1]);
    expect(world.mailer.sent[0]?.id).to.equal('job-1');
  });

  it('tries again when the mail to a known address fails', async () => {
    await world.given(aUser({ email: EMAIL }));
    await world.requestRegistration(wish);
    world.mailer.failure = new Error('the mail server is away');
    const registrationId = String(world.jobs()[0]?.payload['registrationId']);
    await rejection(world.sendRegistrationMail({ jobId: 'job-1', registrationId }));
    await world.sendRegistrationMail({ jobId: 'job-1', registrationId });
    expect(world.mailer.sent).to.have.length(1);
  });

  it('mails plain ASCII without client text, and no long line except the link', async () => {
    await world.given(aUser({ email: 'known@praxis.test' }));
    await world.requestRegistration({ ...wish, fullName: 'Visit https://evil.example Ünal' });
    await world.requestRegistration({ ...wish, email: 'known@praxis.test' });
    await world.requestPasswordReset({ email: 'known@praxis.test' });
    await world.runJobs();
    expect(world.mailer.sent).to.have.length(3);
    for (const { text, subject } of world.mailer.sent) {
      expect(text + subject).to.match(/^[\x20-\x7e\n]+$/);
      expect(text).not.to.contain('evil');
      for (const line of text.split('\n'))
        if (!line.startsWith('https://')) expect(line.length).to.be.at.most(76);
    }
  });

  it('sends nothing for a registration that has expired', async () => {
    await world.requestRegistration(wish);
    world.clock.advance(DAY);
    await world.runJobs();
    expect(world.mailer.sent).to.deep.equal([]);
  });
});

describe('confirming a registration', () => {
  let world: World;
  beforeEach(async () => {
    world = makeWorld();
    await world.requestRegistration(wish);
    await world.runJobs();
  });
  const confirm = (password = PASSWORD, token = world.mailer.token) =>
    world.confirmRegistration({ token, password });

  it('refuses a token that this server did not issue', async () => {
    for (const token of [
      '',
      'x',
      `${world.mailer.token}x`,
      world.mailTokens.mint('password-reset', aUser().id),
    ]) {
      const error = await expectCode(confirm(PASSWORD, token), 'validation');
      expect(pointersOf(error)).to.deep.equal(['/token']);
    }
  });

  it('requires the password of the same registration', async () => {
    expect((await expectCode(confirm('another password'), 'invalid-credentials')).kind).to.equal(
      'unauthenticated',
    );
    expect(await world.userQueries.findByEmail(EMAIL)).to.equal(undefined);
    await confirm();
  });

  it('ends the token after five wrong passwords', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1)
      await expectCode(confirm('wrong password'), 'invalid-credentials');
    const error = await expectCode(confirm(), 'token-used');
    expect(error.kind).to.equal('gone');
    expect(await world.userQueries.findByEmail(EMAIL)).to.equal(undefined);
  });

  it('checks at most five wrong passwords, also concurrently', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        rejection(confirm('wrong password')).then((error) => (error as DomainError).code),
      ),
    );
    expect(answers.filter((code) => code === 'invalid-credentials')).to.have.length(5);
    expect(answers.filter((code) => code === 'token-used')).to.have.length(25);
  });

  it('does not count attempts that it was too busy to check', async () => {
    for (let attempt = 0; attempt < 6; attempt += 1) {
      world.passwords.failure = new DomainError('busy', 'unavailable', 'Later.');
      await expectCode(confirm(), 'unavailable');
    }
    await confirm();
  });

  it('works once', async () => {
    await confirm();
    await expectCode(confirm(), 'token-used');
  });

  it('works for 24 hours', async () => {
    world.clock.advance(DAY - 1);
    await expectCode(confirm('wrong password'), 'invalid-credentials');
    world.clock.advance(1);
    expect((await expectCode(confirm(), 'token-expired')).kind).to.equal('gone');
  });

  it('reports token-expired when the registration was purged', async () => {
    await expectCode(confirm(PASSWORD, world.mailTokens.mint('registration', aUser().id)), 'token-expired');
  });

  it('confirms the first of several registrations and ends the others', async () => {
    const first = world.mailer.token;
    await world.requestRegistration({ ...wish, password: 'the other password', fullName: 'Other' });
    await world.runJobs();
    const second = world.mailer.token;
    expect(second).not.to.equal(first);
    expect(await world.confirmRegistration({ token: second, password: 'the other password' })).to.include({
      fullName: 'Other',
    });
    await expectCode(world.confirmRegistration({ token: first, password: PASSWORD }), 'token-used');
    const rows = world.store.table<Registration>('registrations').all();
    expect(rows.map(({ endReason }) => endReason)).to.deep.equal(['superseded', 'confirmed']);
    expect(rows.map(({ passwordHash }) => passwordHash)).to.deep.equal([null, null]);
  });

  it('reports token-used, not email-taken, when the address got a user by another way', async () => {
    await world.createAdmin({ email: EMAIL, fullName: 'Admin', password: PASSWORD });
    await expectCode(confirm(), 'token-used');
  });
});
