import { expect } from 'chai';
import { DomainError } from '../../src/kernel/errors.js';
import { setPassword } from '../../src/identity/domain/user.js';
import { aUser } from '../support/builders/identity.js';
import { expectCode } from '../support/expect-code.js';
import { CLIENT, makeWorld, PASSWORD, type World } from './world.js';

describe('signing in', () => {
  let world: World;
  const member = aUser();
  beforeEach(async () => {
    world = makeWorld();
    await world.given(member);
  });
  const signIn = (email: string, password = PASSWORD) => world.signIn({ email, password, client: CLIENT });

  it('starts a session with an access token that works', async () => {
    const signedIn = await signIn(`  ${member.email.toUpperCase()}`);
    expect(signedIn.expiresInSeconds).to.equal(900);
    expect(signedIn.user).to.deep.equal(member);
    expect(await world.authenticate(signedIn.accessToken)).to.deep.equal({
      userId: member.id,
      sessionId: signedIn.sessionId,
      role: 'member',
      emailVerified: true,
    });
  });

  it('fails with the same error for every reason, after one password verification each', async () => {
    const verified = member.emailVerifiedAt;
    const others = {
      disabled: aUser({ disabledAt: verified }),
      unverified: aUser({ emailVerifiedAt: null }),
      withoutPassword: aUser({ passwordHash: null }),
    };
    await world.given(...Object.values(others));
    const answers = [];
    for (const [email, password] of [
      [member.email, 'wrong password'],
      ['unknown@praxis.test', PASSWORD],
      ['not an address', PASSWORD],
      ...Object.values(others).map(({ email }) => [email, PASSWORD] as const),
    ] as const) {
      const { kind, code, message, details } = await expectCode(
        signIn(email, password),
        'invalid-credentials',
      );
      answers.push(JSON.stringify({ kind, code, message, details }));
    }
    expect(new Set(answers)).to.have.property('size', 1);
    expect(world.passwords.verified).to.have.length(6);
    expect(world.store.table('sessions').all()).to.deep.equal([]);
  });

  it('stores hashes of the tokens only', async () => {
    const { accessToken, refreshToken } = await signIn(member.email);
    const stored = JSON.stringify(world.store.table('sessions').all());
    for (const secret of [accessToken, refreshToken]) expect(stored).not.to.contain(secret);
  });

  it('rehashes the password when the hash parameters have changed', async () => {
    world.passwords.scheme = 'newer';
    const { user } = await signIn(member.email);
    expect(user.passwordHash).to.equal(`newer:${PASSWORD}`);
    expect(user).to.include({ version: 2 });
    await signIn(member.email);
    expect(await world.userQueries.find(member.id)).to.include({ version: 2 });
  });

  it('counts failed attempts only, and refuses the attempt after 20 failures without verifying the password', async () => {
    for (let attempt = 0; attempt < 25; attempt += 1) await signIn(member.email);
    for (let attempt = 0; attempt < 20; attempt += 1)
      await expectCode(signIn(member.email, 'wrong password'), 'invalid-credentials');
    const before = world.passwords.verified.length;
    const error = await expectCode(signIn(member.email), 'rate-limited');
    expect(error.kind).to.equal('rate_limited');
    expect(error.details['retryAfterSeconds']).to.equal(900);
    expect(world.passwords.verified).to.have.length(before);
    await world.signIn({ email: member.email, password: PASSWORD, client: { ...CLIENT, ip: '192.0.2.2' } });
  });

  it('does not count attempts that it was too busy to verify', async () => {
    world.passwords.failure = new DomainError('busy', 'unavailable', 'Later.');
    await expectCode(signIn(member.email), 'unavailable');
    expect([...world.signInThrottle.taken.values()]).to.deep.equal([0]);
  });

  it('starts no session when the password was changed during its verification', async () => {
    const verify = world.passwords.verify.bind(world.passwords);
    world.passwords.verify = async (password, hash) => {
      const matches = await verify(password, hash);
      await world.identityUnitOfWork.run(async ({ users }) => {
        await users.save(setPassword(member, 'fake:changed', world.clock.now()));
      });
      return matches;
    };
    await expectCode(signIn(member.email), 'invalid-credentials');
    expect(world.store.table('sessions').all()).to.deep.equal([]);
  });
});
