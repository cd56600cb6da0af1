import { expect } from 'chai';
import { DAY, MINUTE, SECOND } from '../../src/kernel/clock.js';
import type { SignedIn } from '../../src/identity/application/sign-in.js';
import type { Session } from '../../src/identity/domain/session.js';
import { restoreUser } from '../../src/identity/domain/user.js';
import { aUser } from '../support/builders/identity.js';
import { expectCode } from '../support/expect-code.js';
import { makeWorld, type World } from './world.js';

describe('refreshing a session', () => {
  let world: World;
  let signedIn: SignedIn;
  const member = aUser();
  beforeEach(async () => {
    world = makeWorld();
    await world.given(member);
    signedIn = await world.signInAs(member);
  });
  const refresh = (refreshToken = signedIn.refreshToken) => world.refreshSession({ refreshToken });
  const session = () => world.store.table<Session>('sessions').get(signedIn.sessionId);

  it('returns a new pair of tokens for the same session', async () => {
    world.clock.advance(20 * MINUTE);
    await expectCode(world.authenticate(signedIn.accessToken), 'unauthenticated');
    const next = await refresh();
    expect(next.refreshToken).not.to.equal(signedIn.refreshToken);
    expect(next).to.include({ sessionId: signedIn.sessionId, expiresInSeconds: 900 });
    expect(next.user).to.deep.equal(member);
    await world.authenticate(next.accessToken);
    expect(session()).to.include({ generation: 2 });
    expect(session()?.lastUsedAt).to.deep.equal(world.clock.now());
  });

  it('returns the same child when the parent is used again within ten seconds', async () => {
    const { refreshToken } = await refresh();
    world.clock.advance(10 * SECOND);
    expect((await refresh()).refreshToken).to.equal(refreshToken);
    expect(session()).to.include({ generation: 2 });
    await refresh(refreshToken);
  });

  it('ends the session for good when the parent is used again later', async () => {
    const { refreshToken, accessToken } = await refresh();
    world.clock.advance(10 * SECOND + 1);
    await expectCode(refresh(), 'refresh-reused');
    expect(session()).to.include({ endReason: 'refresh-reused' });
    await expectCode(world.authenticate(accessToken), 'unauthenticated');
    await expectCode(refresh(refreshToken), 'unauthenticated');
    await expectCode(refresh(), 'unauthenticated');
  });

  it('ends the session when the parent is used after its child', async () => {
    const child = await refresh();
    await refresh(child.refreshToken);
    await expectCode(refresh(), 'refresh-reused');
    expect(session()?.endedAt).not.to.equal(null);
  });

  it('recognises a reused token of any earlier generation', async () => {
    let { refreshToken } = signedIn;
    for (let round = 0; round < 5; round += 1) ({ refreshToken } = await refresh(refreshToken));
    await expectCode(refresh(), 'refresh-reused');
  });

  it('refuses a token that this server did not issue, and ends no session', async () => {
    const stranger = world.refreshTokens.first(aUser().id).text;
    for (const token of [
      '',
      'x',
      signedIn.refreshToken.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')),
      signedIn.accessToken,
      stranger,
    ])
      await expectCode(refresh(token), 'unauthenticated');
    expect(session()).to.include({ endedAt: null });
  });

  it('is refused once the session expired, ended, or the user was disabled', async () => {
    await world.identityUnitOfWork.run(async ({ users }) => {
      await users.save(restoreUser({ ...member, disabledAt: world.clock.now() }));
    });
    await expectCode(refresh(), 'unauthenticated');
    await expectCode(world.authenticate(signedIn.accessToken), 'unauthenticated');
    await world.identityUnitOfWork.run(async ({ users }) => {
      await users.save(restoreUser({ ...member, version: 2 }));
    });
    world.clock.advance(30 * DAY);
    await expectCode(refresh(), 'unauthenticated');
  });

  it('returns one child to 50 concurrent requests', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh()));
    expect(new Set(answers.map(({ refreshToken }) => refreshToken))).to.have.property('size', 1);
    expect(session()).to.include({ generation: 2 });
  });
});

describe('a user\u2019s sessions', () => {
  let world: World;
  const member = aUser();
  const other = aUser();
  beforeEach(async () => {
    world = makeWorld();
    await world.given(member, other);
  });
  const list = (currentSessionId: string, limit = 20) =>
    world.listSessions({ userId: member.id, currentSessionId, page: { limit } });

  it('are listed newest first, page by page, with the current one marked', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.unshift((await world.signInAs(member)).sessionId);
      if (count % 2 === 0) world.clock.advance(SECOND); // some have the same time of creation
    }
    await world.signInAs(other);
    const seen: string[] = [];
    let after: readonly (string | number)[] | undefined;
    do {
      const page = await world.listSessions({
        userId: member.id,
        currentSessionId: ids[2] ?? '',
        page: { limit: 2, after },
      });
      for (const { id, current } of page.items) {
        seen.push(id);
        expect(current).to.equal(id === ids[2]);
      }
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).to.deep.equal(ids);
  });

  it('end one by one, and the next request with their token is refused', async () => {
    const mine = await world.signInAs(member);
    const kept = await world.signInAs(member);
    await world.endSession({ userId: member.id, sessionId: mine.sessionId });
    await expectCode(world.authenticate(mine.accessToken), 'unauthenticated');
    await expectCode(world.refreshSession({ refreshToken: mine.refreshToken }), 'unauthenticated');
    await world.authenticate(kept.accessToken);
    expect((await list(kept.sessionId)).items.map(({ id }) => id)).to.deep.equal([kept.sessionId]);
  });

  it('are not found when they are unknown, ended, or of another user', async () => {
    const mine = await world.signInAs(member);
    const theirs = await world.signInAs(other);
    for (const sessionId of [theirs.sessionId, aUser().id])
      await expectCode(world.endSession({ userId: member.id, sessionId }), 'not-found');
    await world.authenticate(theirs.accessToken);
    await world.endSession({ userId: member.id, sessionId: mine.sessionId });
    await expectCode(world.endSession({ userId: member.id, sessionId: mine.sessionId }), 'not-found');
  });

  it('end all together except the current one', async () => {
    const [a, b, kept] = [
      await world.signInAs(member),
      await world.signInAs(member),
      await world.signInAs(member),
    ];
    const theirs = await world.signInAs(other);
    await world.endOtherSessions({ userId: member.id, keepSessionId: kept.sessionId });
    for (const { accessToken } of [a, b])
      await expectCode(world.authenticate(accessToken), 'unauthenticated');
    for (const { accessToken } of [kept, theirs]) await world.authenticate(accessToken);
  });

  it('do not accept a refresh token as an access token', async () => {
    const { refreshToken } = await world.signInAs(member);
    await expectCode(world.authenticate(refreshToken), 'unauthenticated');
  });
});
