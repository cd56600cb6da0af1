import { expect } from 'chai';
import { HOUR } from '../../src/kernel/clock.js';
import type { PasswordReset } from '../../src/identity/domain/password-reset.js';
import { restoreUser } from '../../src/identity/domain/user.js';
import { aUser } from '../support/builders/identity.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { CLIENT, makeWorld, type World } from './world.js';

const NEW = 'a new password';

describe('resetting a password', () => {
  let world: World;
  const member = aUser();
  beforeEach(async () => {
    world = makeWorld();
    await world.given(member);
  });
  const ask = async (email = member.email): Promise<string> => {
    await world.requestPasswordReset({ email });
    await world.runJobs();
    return world.mailer.token;
  };
  const resets = () => world.store.table<PasswordReset>('password_resets').all();

  it('mails a link and sets the password with its token', async () => {
    const before = await world.signInAs(member);
    const token = await ask(` ${member.email.toUpperCase()}`);
    expect(world.mailer.sent[0]).to.include({ to: member.email });
    expect(world.mailer.sent[0]?.text).to.match(/^https:\/\/praxis\.test\/reset-password\?token=\S+$/m);
    await world.confirmPasswordReset({ token, newPassword: NEW });
    await expectCode(world.authenticate(before.accessToken), 'unauthenticated');
    await expectCode(world.signInAs(member), 'invalid-credentials');
    await world.signIn({ email: member.email, password: NEW, client: CLIENT });
    await expectCode(world.confirmPasswordReset({ token, newPassword: NEW }), 'token-used');
  });

  it('sets the first password of an invited user and verifies the address', async () => {
    const invited = aUser({ passwordHash: null, emailVerifiedAt: null });
    await world.given(invited);
    await world.confirmPasswordReset({ token: await ask(invited.email), newPassword: NEW });
    const user = await world.userQueries.find(invited.id);
    expect(user?.emailVerifiedAt).to.deep.equal(world.clock.now());
    await world.signIn({ email: invited.email, password: NEW, client: CLIENT });
  });

  it('gives the same response to everybody but mails active users only', async () => {
    const disabled = aUser({ disabledAt: world.clock.now() });
    await world.given(disabled);
    for (const email of ['unknown@praxis.test', disabled.email]) await world.requestPasswordReset({ email });
    await world.runJobs();
    expect(world.mailer.sent).to.deep.equal([]);
    expect(resets().map(({ endReason }) => endReason)).to.deep.equal(['unknown-address', 'unknown-address']);
  });

  it('sends the same mail when the job runs again', async () => {
    await ask();
    const resetId = String(world.jobs()[0]?.payload['resetId']);
    await world.sendPasswordResetMail({ jobId: world.mailer.sent[0]?.id ?? '', resetId });
    expect(world.mailer.sent[1]).to.deep.equal(world.mailer.sent[0]);
  });

  it('refuses a bad password or token and changes nothing', async () => {
    const token = await ask();
    for (const newPassword of ['short', 'password1', member.email])
      expect(
        pointersOf(await expectCode(world.confirmPasswordReset({ token, newPassword }), 'validation')),
      ).to.deep.equal(['/newPassword']);
    for (const wrong of ['x', world.mailTokens.mint('registration', member.id)])
      expect(
        pointersOf(
          await expectCode(world.confirmPasswordReset({ token: wrong, newPassword: NEW }), 'validation'),
        ),
      ).to.deep.equal(['/token']);
    await world.signInAs(member);
    await world.confirmPasswordReset({ token, newPassword: NEW });
  });

  it('works for one hour', async () => {
    const token = await ask();
    world.clock.advance(HOUR);
    await expectCode(world.confirmPasswordReset({ token, newPassword: NEW }), 'token-expired');
    const purged = world.mailTokens.mint('password-reset', aUser().id);
    await expectCode(world.confirmPasswordReset({ token: purged, newPassword: NEW }), 'token-expired');
  });

  it('ends the other resets of the user', async () => {
    const [first, second] = [await ask(), await ask()];
    await world.confirmPasswordReset({ token: second, newPassword: NEW });
    await expectCode(
      world.confirmPasswordReset({ token: first, newPassword: 'yet another one' }),
      'token-used',
    );
    expect(resets().map(({ endReason }) => endReason)).to.deep.equal(['superseded', 'used']);
  });

  it('does not let in a user who was disabled meanwhile', async () => {
    const token = await ask();
    await world.identityUnitOfWork.run(async ({ users }) => {
      await users.save(restoreUser({ ...member, disabledAt: world.clock.now() }));
    });
    await expectCode(world.confirmPasswordReset({ token, newPassword: NEW }), 'token-used');
  });
});
