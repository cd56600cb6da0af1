import { expect } from 'chai';
import { aUser } from '../support/builders/identity.js';
import { expectCode } from '../support/expect-code.js';
import { CLIENT, makeWorld, PASSWORD, type World } from './world.js';

describe('the security log', () => {
  let world: World;
  const member = aUser();
  beforeEach(async () => {
    world = makeWorld();
    await world.given(member);
  });
  const signIn = (email: string, password = PASSWORD) => world.signIn({ email, password, client: CLIENT });

  it('contains sign-ins and failures, without a user for unknown addresses', async () => {
    await signIn(member.email);
    await expectCode(signIn(member.email, 'wrong password'), 'invalid-credentials');
    await expectCode(signIn('unknown@praxis.test'), 'invalid-credentials');
    expect(world.events()).to.deep.equal([
      ['signed-in', member.id],
      ['sign-in-failed', member.id],
      ['sign-in-failed', null],
    ]);
  });

  it('grows only with attempts that the throttle admits', async () => {
    for (let attempt = 0; attempt < 30; attempt += 1)
      await signIn(member.email, 'wrong password').catch(() => undefined);
    expect(world.events()).to.have.length(20);
  });

  it('contains sign-outs, revocations and password changes', async () => {
    const [here, there] = [await world.signInAs(member), await world.signInAs(member)];
    await world.endSession({ userId: member.id, sessionId: there.sessionId });
    await world.endOtherSessions({ userId: member.id, keepSessionId: here.sessionId });
    const change = (currentPassword: string) =>
      world.changePassword({
        userId: member.id,
        sessionId: here.sessionId,
        currentPassword,
        newPassword: 'a new password',
        client: CLIENT,
      });
    await expectCode(change('wrong password'), 'invalid-credentials');
    await change(PASSWORD);
    expect(world.events().slice(2)).to.deep.equal(
      ['signed-out', 'sessions-revoked', 'password-refused', 'password-changed'].map((event) => [
        event,
        member.id,
      ]),
    );
  });

  it('contains the reuse of a refresh token once', async () => {
    const { refreshToken } = await world.signInAs(member);
    const child = (await world.refreshSession({ refreshToken })).refreshToken;
    await world.refreshSession({ refreshToken: child });
    await expectCode(world.refreshSession({ refreshToken }), 'refresh-reused');
    await expectCode(world.refreshSession({ refreshToken }), 'unauthenticated');
    expect(world.events().slice(1)).to.deep.equal([['refresh-reused', member.id]]);
  });

  it('contains registrations and resets', async () => {
    const email = 'neu@praxis.test';
    await world.requestRegistration({ email, password: PASSWORD, fullName: 'Nina Neu' });
    await world.runJobs();
    const user = await world.confirmRegistration({ token: world.mailer.token, password: PASSWORD });
    await world.requestPasswordReset({ email });
    await world.runJobs();
    await world.confirmPasswordReset({ token: world.mailer.token, newPassword: 'a new password' });
    expect(world.events()).to.deep.equal([
      ['registered', user.id],
      ['password-reset', user.id],
    ]);
  });

  it('is read newest first by the user, without the clients of others who acted', async () => {
    await signIn(member.email);
    const admin = aUser({ role: 'admin' });
    await world.given(admin);
    await world.changeRole({ actorId: admin.id, userId: member.id, role: 'staff', expectedVersion: null });
    const read = async (own: boolean, userId = member.id) =>
      (await world.listSecurityEvents({ userId, own, page: { limit: 10 } })).items.map(({ event, ip }) => [
        event,
        ip,
      ]);
    expect(await read(true)).to.deep.equal([
      ['role-changed', ''],
      ['signed-in', CLIENT.ip],
    ]);
    expect((await read(false))[0]).to.deep.equal(['role-changed', CLIENT.ip]);
    await expectCode(read(false, aUser().id), 'not-found');
    await expectCode(read(true, aUser().id), 'unauthenticated');
  });
});
