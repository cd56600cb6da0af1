import { expect } from 'chai';
import { DAY, HOUR } from '../../src/kernel/clock.js';
import type { Actor, Role } from '../../src/identity/application/ports.js';
import type { Card } from '../../src/identity/domain/card.js';
import { restoreUser, type User } from '../../src/identity/domain/user.js';
import { aPasswordReset, aRegistration, aUser } from '../support/builders/identity.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { CLIENT, makeWorld, PASSWORD, type World } from './world.js';

const NEW = 'a new password';
const actorOf = ({ id, role }: User): Actor => ({
  userId: id,
  sessionId: 'session',
  role,
  emailVerified: true,
});

describe('users, for staff and admins', () => {
  let world: World;
  const admin = aUser({ role: 'admin' });
  const staff = aUser({ role: 'staff' });
  const member = aUser();
  beforeEach(async () => {
    world = makeWorld();
    await world.given(admin, staff, member);
  });
  const now = (user: User) => world.userQueries.find(user.id);
  const act = (user: User, changes: object = {}) => ({
    actorId: admin.id,
    userId: user.id,
    expectedVersion: null,
    ...changes,
  });

  describe('inviting', () => {
    const invite = (by: User, role: Role, email = 'neu@praxis.test') =>
      world.inviteUser({ actor: actorOf(by), email, fullName: 'Nina Neu', role });

    it('creates a user without a password and mails a token to set one within seven days', async () => {
      const user = await invite(staff, 'member', ' Neu@Praxis.TEST');
      expect(user).to.include({ email: 'neu@praxis.test', passwordHash: null, emailVerifiedAt: null });
      expect(world.events()).to.deep.equal([['invited', user.id]]);
      await world.runJobs();
      expect(world.mailer.sent[0]).to.include({ to: user.email, subject: 'Your new account' });
      world.clock.advance(7 * DAY - HOUR);
      await expectCode(
        world.signIn({ email: user.email, password: NEW, client: CLIENT }),
        'invalid-credentials',
      );
      await world.confirmPasswordReset({ token: world.mailer.token, newPassword: NEW });
      const { user: signedIn } = await world.signIn({ email: user.email, password: NEW, client: CLIENT });
      expect(signedIn.emailVerifiedAt).not.to.equal(null);
    });

    it('expires after seven days; the user can request another link', async () => {
      const user = await invite(staff, 'member');
      await world.runJobs();
      const { token } = world.mailer;
      world.clock.advance(7 * DAY);
      await expectCode(world.confirmPasswordReset({ token, newPassword: NEW }), 'token-expired');
      await world.requestPasswordReset({ email: user.email });
      await world.runJobs();
      await world.confirmPasswordReset({ token: world.mailer.token, newPassword: NEW });
    });

    it('is allowed to staff for members, to admins for everybody', async () => {
      for (const role of ['staff', 'admin'] as const) {
        expect((await expectCode(invite(staff, role), 'forbidden')).kind).to.equal('forbidden');
        expect(await invite(admin, role, `${role}2@praxis.test`)).to.include({ role });
      }
    });

    it('refuses an address that is taken, and bad values', async () => {
      await expectCode(invite(staff, 'member', member.email), 'email-taken');
      expect(pointersOf(await expectCode(invite(staff, 'member', 'x'), 'validation'))).to.deep.equal([
        '/email',
      ]);
      expect(world.jobs()).to.deep.equal([]);
    });
  });

  describe('renaming', () => {
    const change = (by: User, user: User, expectedVersion: number | null = null) =>
      world.renameUser({ actor: actorOf(by), userId: user.id, fullName: 'New Name', expectedVersion });

    it('is allowed to staff for members and themselves, to admins for everybody', async () => {
      expect(await change(staff, member)).to.include({ fullName: 'New Name', version: 2 });
      expect(await change(staff, staff)).to.include({ version: 2 });
      await expectCode(change(staff, admin), 'forbidden');
      expect(await change(admin, staff)).to.include({ version: 3 });
      await expectCode(change(admin, aUser()), 'not-found');
      await expectCode(change(admin, member, 1), 'version-mismatch');
    });
  });

  describe('roles', () => {
    it('are effective at the next request, and logged', async () => {
      const { accessToken } = await world.signInAs(member);
      expect(await world.changeRole({ ...act(member), role: 'staff' })).to.include({
        role: 'staff',
        version: 2,
      });
      expect(await world.authenticate(accessToken)).to.include({ role: 'staff' });
      expect(world.events().at(-1)).to.deep.equal(['role-changed', member.id]);
      await world.changeRole({ ...act(member), role: 'staff' });
      expect(await now(member)).to.include({ version: 2 });
      await expectCode(world.changeRole({ ...act(aUser()), role: 'staff' }), 'not-found');
      await expectCode(
        world.changeRole({ ...act(member, { expectedVersion: 1 }), role: 'member' }),
        'version-mismatch',
      );
    });
  });

  describe('disabling', () => {
    it('ends the sessions, prevents sign-in, and is undone by enabling', async () => {
      const { accessToken, refreshToken } = await world.signInAs(member);
      expect((await world.disableUser(act(member))).disabledAt).not.to.equal(null);
      await expectCode(world.authenticate(accessToken), 'unauthenticated');
      await expectCode(world.refreshSession({ refreshToken }), 'unauthenticated');
      await expectCode(world.signInAs(member), 'invalid-credentials');
      expect(await world.disableUser(act(member))).to.include({ version: 2 });
      expect(await world.enableUser(act(member))).to.include({ disabledAt: null, version: 3 });
      expect(await world.enableUser(act(member))).to.include({ version: 3 });
      await expectCode(world.authenticate(accessToken), 'unauthenticated');
      await world.signInAs(member);
      expect(world.events().filter(([event]) => event.endsWith('abled'))).to.deep.equal([
        ['disabled', member.id],
        ['enabled', member.id],
      ]);
    });
    it('checks the expected version and unknown users', async () => {
      for (const change of [world.disableUser, world.enableUser]) {
        await expectCode(change(act(aUser())), 'not-found');
        await expectCode(change(act(member, { expectedVersion: 9 })), 'version-mismatch');
      }
    });
  });

  describe('the last active admin', () => {
    const attempts = (user: User) => [
      () => world.changeRole({ ...act(user), role: 'staff' }),
      () => world.disableUser(act(user)),
      () => world.eraseUser(act(user)),
    ];

    it('cannot be demoted, disabled or deleted', async () => {
      await world.given(aUser({ role: 'admin', disabledAt: admin.createdAt }));
      for (const attempt of attempts(admin))
        expect((await expectCode(attempt(), 'last-admin')).kind).to.equal('conflict');
      expect(await now(admin)).to.deep.equal(admin);
    });

    it('can be removed once there is another; a disabled admin at any time', async () => {
      const [second, disabled] = [
        aUser({ role: 'admin' }),
        aUser({ role: 'admin', disabledAt: admin.createdAt }),
      ];
      await world.given(second, disabled);
      await world.changeRole({ ...act(disabled), role: 'member' });
      await world.changeRole({ ...act(admin), role: 'staff' });
      for (const attempt of attempts(second)) await expectCode(attempt(), 'last-admin');
      expect((await now(second))?.role).to.equal('admin');
    });
  });

  describe('erasing', () => {
    it('removes personal data, ends pending changes and sessions, and keeps the row', async () => {
      const { accessToken } = await world.signInAs(member);
      await world.addCard({ userId: member.id, gatewayToken: 'tok_visa_4242', isDefault: false });
      const registration = aRegistration({ email: member.email });
      const reset = aPasswordReset({ email: member.email, userId: member.id });
      await world.requestEmailChange({ userId: member.id, newEmail: 'x@praxis.test', password: PASSWORD });
      await world.identityUnitOfWork.run(async (ports) => {
        await ports.registrations.insert(registration);
        await ports.passwordResets.insert(reset);
      });

      await world.eraseUser(act(member));
      await expectCode(world.authenticate(accessToken), 'unauthenticated');
      await expectCode(world.viewUser({ userId: member.id }), 'not-found');
      await expectCode(world.signInAs(member), 'invalid-credentials');
      await expectCode(world.eraseUser(act(member)), 'not-found');
      for (const table of ['registrations', 'password_resets', 'email_changes'])
        expect(world.store.table(table).all(), table).to.deep.equal([]);
      const row = world.store.table<User>('users').get(member.id);
      expect(row).to.include({
        fullName: 'Former member',
        email: `erased-${member.id}@erased.invalid`,
        passwordHash: null,
        emailVerifiedAt: null,
      });
      expect(row && restoreUser(row).erasedAt).to.deep.equal(world.clock.now());
      expect(
        world.store
          .table<Card>('cards')
          .all()
          .map(({ removedAt }) => removedAt),
      ).not.to.include(null);
      await world.runJobs();
      expect(world.store.table('cards').all()).to.deep.equal([]);
      expect(world.paymentGateway.detached).to.deep.equal(['tok_visa_4242']);
      expect(world.mailer.sent).to.deep.equal([]);
    });

    it('is possible for oneself, once', async () => {
      const own = { actorId: member.id, userId: member.id, expectedVersion: undefined };
      await world.eraseUser(own);
      await expectCode(world.eraseUser(own), 'unauthenticated');
      expect(world.events().filter(([event]) => event === 'erased')).to.have.length(1);
    });

    it('frees the address for a new user', async () => {
      await world.eraseUser(act(member));
      const actor = actorOf(staff);
      const again = await world.inviteUser({ actor, email: member.email, fullName: 'New', role: 'member' });
      expect(again.id).not.to.equal(member.id);
      await expectCode(world.findMember(` ${staff.email.toUpperCase()}x`), 'not-found');
      expect(await world.findMember(` ${staff.email.toUpperCase()} `)).to.include({ userId: staff.id });
    });
  });
});
