import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.js';
import { aPasswordReset, aRegistration, aSession, aUser } from '../support/builders/identity.js';
import { expectCode, pointersOf } from '../support/expect-code.js';
import { CLIENT, makeWorld, PASSWORD, type World } from './world.js';

const NEW = 'a new password';

describe('a profile', () => {
  let world: World;
  const member = aUser();
  beforeEach(async () => {
    world = makeWorld();
    await world.given(member);
  });

  it('is read and renamed, with the next version', async () => {
    const renamed = await world.changeName({ userId: member.id, fullName: ' Mara Neu ', expectedVersion: 1 });
    expect(renamed).to.include({ fullName: 'Mara Neu', version: 2 });
    expect(await world.viewProfile({ userId: member.id })).to.deep.equal(renamed);
    await world.changeName({ userId: member.id, fullName: 'Mara', expectedVersion: null });
  });
  it('is not renamed with an outdated expected version', async () => {
    await world.changeName({ userId: member.id, fullName: 'First', expectedVersion: 1 });
    const error = await expectCode(
      world.changeName({ userId: member.id, fullName: 'Second', expectedVersion: 1 }),
      'version-mismatch',
    );
    expect(error.kind).to.equal('stale');
    expect(await world.viewProfile({ userId: member.id })).to.include({ fullName: 'First' });
  });
  it('refuses an empty name, and any name for an erased user', async () => {
    const faulty = world.changeName({ userId: member.id, fullName: ' ', expectedVersion: null });
    expect(pointersOf(await expectCode(faulty, 'validation'))).to.deep.equal(['/fullName']);
    const nobody = aUser().id;
    await expectCode(world.viewProfile({ userId: nobody }), 'unauthenticated');
    const rename = world.changeName({ userId: nobody, fullName: 'X', expectedVersion: null });
    await expectCode(rename, 'unauthenticated');
  });
});

describe('changing the password', () => {
  let world: World;
  const member = aUser();
  beforeEach(async () => {
    world = makeWorld();
    await world.given(member);
  });
  const change = (sessionId: string, currentPassword = PASSWORD, newPassword = NEW) =>
    world.changePassword({ userId: member.id, sessionId, currentPassword, newPassword, client: CLIENT });

  it('ends the other sessions and keeps this one', async () => {
    const [here, there] = [await world.signInAs(member), await world.signInAs(member)];
    await change(here.sessionId);
    await world.authenticate(here.accessToken);
    await expectCode(world.authenticate(there.accessToken), 'unauthenticated');
    await expectCode(world.signInAs(member), 'invalid-credentials');
    await world.signIn({ email: member.email, password: NEW, client: CLIENT });
  });
  it('requires the current password, and counts wrong ones as failed sign-ins', async () => {
    const { sessionId } = await world.signInAs(member);
    for (let attempt = 0; attempt < 20; attempt += 1)
      await expectCode(change(sessionId, 'wrong password'), 'invalid-credentials');
    await expectCode(change(sessionId), 'rate-limited');
    await expectCode(world.signInAs(member), 'rate-limited');
  });
  it('refuses a bad new password', async () => {
    const { sessionId } = await world.signInAs(member);
    const error = await expectCode(change(sessionId, PASSWORD, 'password1'), 'validation');
    expect(pointersOf(error)).to.deep.equal(['/newPassword']);
  });
  it('accepts one of two concurrent changes', async () => {
    const { sessionId } = await world.signInAs(member);
    const outcomes = await Promise.allSettled([
      change(sessionId, PASSWORD, 'the first password'),
      change(sessionId, PASSWORD, 'the second password'),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
  });
});

describe('creating an admin', () => {
  it('creates a verified admin who can sign in, and refuses a taken address', async () => {
    const world = makeWorld();
    const person = { email: 'Ada@praxis.test', fullName: 'Ada Admin', password: PASSWORD };
    const admin = await world.createAdmin(person);
    expect(admin).to.include({ email: 'ada@praxis.test', role: 'admin' });
    await world.signInAs(admin);
    expect((await expectCode(world.createAdmin(person), 'email-taken')).kind).to.equal('conflict');
    const faulty = world.createAdmin({ ...person, email: 'b@praxis.test', password: 'short' });
    expect(pointersOf(await expectCode(faulty, 'validation'))).to.deep.equal(['/password']);
  });
});

describe('purging', () => {
  it('deletes only rows that ended or expired more than 30 days ago', async () => {
    const world = makeWorld();
    const user = aUser();
    await world.given(user);
    const now = world.clock.now();
    const ago = (days: number) => new Date(now.getTime() - days * DAY);
    const waiting = aRegistration();
    const recent = aPasswordReset({ createdAt: ago(29), expiresAt: ago(28) });
    const live = aSession({ userId: user.id, createdAt: ago(60), lastUsedAt: ago(1) });
    await world.identityUnitOfWork.run(async ({ registrations, passwordResets, sessions }) => {
      await registrations.insert(waiting);
      await registrations.insert(aRegistration({ createdAt: ago(32), expiresAt: ago(31) }));
      await passwordResets.insert(recent);
      for (let count = 0; count < 501; count += 1)
        await passwordResets.insert(aPasswordReset({ createdAt: ago(32), expiresAt: ago(31) }));
      await sessions.insert(live);
      await sessions.insert(aSession({ userId: user.id, endedAt: ago(31), endReason: 'revoked' }));
    });
    await world.purgeExpired();
    const idsOf = (table: string) =>
      world.store
        .table(table)
        .all()
        .map(({ id }) => id);
    expect(idsOf('registrations')).to.deep.equal([waiting.id]);
    expect(idsOf('password_resets')).to.deep.equal([recent.id]);
    expect(idsOf('sessions')).to.deep.equal([live.id]);
    expect(idsOf('users')).to.deep.equal([user.id]);
  });
});
