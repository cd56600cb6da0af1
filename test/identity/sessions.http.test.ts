import { expect } from 'chai';
import {
  freshAddress,
  makeUser,
  openSession,
  PASSWORD,
  signIn,
  startTestPraxis,
  type TestPraxis,
} from '../support/praxis.js';

describe('sessions and profile over HTTP', () => {
  let praxis: TestPraxis;
  before(async () => {
    praxis = await startTestPraxis();
  });
  after(() => praxis.stop());

  const refresh = (refreshToken: string) =>
    praxis.call('POST', '/v1/sessions/refresh', { body: { refreshToken } });
  const me = (token: string) => praxis.call('GET', '/v1/me', { token });

  it('signs in with 201, tokens and the User, and forbids caching', async () => {
    const { email } = await makeUser(praxis);
    const { status, body, headers } = await praxis.call('POST', '/v1/sessions', {
      body: { email: email.toUpperCase(), password: PASSWORD },
    });
    expect([status, body.tokenType, body.expiresIn, body.user.email]).to.deep.equal([
      201,
      'Bearer',
      900,
      email,
    ]);
    expect(headers.get('cache-control')).to.equal('no-store');
    expect((await me(body.accessToken)).body).to.deep.equal(body.user);
  });

  it('gives the same response to every failed sign-in', async () => {
    const { email } = await makeUser(praxis);
    const known = await praxis.call('POST', '/v1/sessions', {
      body: { email, password: 'not the password' },
    });
    const unknown = await praxis.call('POST', '/v1/sessions', {
      body: { email: freshAddress(), password: PASSWORD },
    });
    const { requestId: _a, ...first } = known.body;
    const { requestId: _b, ...second } = unknown.body;
    expect([known.status, first]).to.deep.equal([401, second]);
  });

  it('accepts each refresh token once, and then the token that replaced it', async () => {
    const user = await makeUser(praxis);
    const child = await refresh(user.refreshToken);
    expect(child.status).to.equal(200);
    expect(child.body.refreshToken).not.to.equal(user.refreshToken);
    const grandchild = await refresh(child.body.refreshToken);
    expect(grandchild.status).to.equal(200);
    expect((await me(grandchild.body.accessToken)).status).to.equal(200);
  });

  it('returns the same new token to 50 concurrent refreshes of one token', async () => {
    const user = await makeUser(praxis);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(user.refreshToken)));
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refreshToken as string)).size).to.equal(1);
  });

  it('ends the session when a used refresh token is sent again', async () => {
    const user = await makeUser(praxis);
    const child = (await refresh(user.refreshToken)).body;
    const grandchild = (await refresh(child.refreshToken)).body;
    const reused = await refresh(user.refreshToken);
    expect([reused.status, reused.body.code]).to.deep.equal([401, 'refresh-reused']);
    expect((await me(grandchild.accessToken)).status).to.equal(401);
    expect((await refresh(grandchild.refreshToken)).status).to.equal(401);
  });

  it('refuses forged refresh tokens, and access tokens as refresh tokens', async () => {
    const user = await makeUser(praxis);
    for (const token of ['x', user.accessToken, `${user.refreshToken}A`, user.refreshToken.slice(0, -1)])
      expect((await refresh(token)).status, token).to.equal(401);
    expect((await refresh(user.refreshToken)).status).to.equal(200);
  });

  it('lists the sessions of a user, marks the current one, and ends one session or all others', async () => {
    const user = await makeUser(praxis);
    const [second, third] = [await openSession(praxis, user), await openSession(praxis, user)];
    const list = await praxis.call('GET', '/v1/sessions', { token: third.accessToken });
    expect(list.body.items).to.have.length(3);
    expect(list.body.items.map(({ current }: { current: boolean }) => current)).to.deep.equal([
      true,
      false,
      false,
    ]);

    expect(
      (await praxis.call('DELETE', `/v1/sessions/${list.body.items[1].id}`, { token: third.accessToken }))
        .status,
    ).to.equal(204);
    expect((await me(second.accessToken)).status).to.equal(401);
    expect((await praxis.call('DELETE', '/v1/sessions', { token: third.accessToken })).status).to.equal(204);
    expect((await me(user.accessToken)).status).to.equal(401);
    expect((await me(third.accessToken)).status).to.equal(200);
    expect(
      (await praxis.call('DELETE', '/v1/sessions/current', { token: third.accessToken })).status,
    ).to.equal(204);
    expect((await me(third.accessToken)).status).to.equal(401);
    expect((await refresh(third.refreshToken)).status).to.equal(401);
  });

  it('refuses an access token once the response to its revocation was sent', async () => {
    for (let round = 0; round < 20; round += 1) {
      const user = await makeUser(praxis);
      const load = Promise.all(Array.from({ length: 10 }, () => me(user.accessToken)));
      await praxis.call('DELETE', '/v1/sessions/current', { token: user.accessToken });
      expect((await me(user.accessToken)).status).to.equal(401);
      await load;
    }
  });

  it('gives the same response for the session of another user and a random id', async () => {
    const [owner, other] = [await makeUser(praxis), await makeUser(praxis)];
    const { body } = await praxis.call('GET', '/v1/sessions', { token: owner.accessToken });
    const end = async (id: string) => {
      const answer = await praxis.call('DELETE', `/v1/sessions/${id}`, { token: other.accessToken });
      const { requestId: _, instance: __, ...rest } = answer.body;
      return [answer.status, rest];
    };
    const foreign = await end(body.items[0].id);
    expect(foreign).to.deep.equal(await end('019aa5b2-7c00-7000-8000-00000000abcd'));
    expect(foreign[0]).to.equal(404);
    expect((await me(owner.accessToken)).status).to.equal(200);
  });

  it('changes the password, keeps this session, ends the others', async () => {
    const user = await makeUser(praxis);
    const other = await openSession(praxis, user);
    const change = (currentPassword: string, newPassword: string) =>
      praxis.call('PUT', '/v1/me/password', {
        token: user.accessToken,
        body: { currentPassword, newPassword },
      });
    const wrong = await change('not the password', 'a brand new password');
    expect([wrong.status, wrong.body.code]).to.deep.equal([401, 'invalid-credentials']);
    const weak = await change(PASSWORD, 'password1');
    expect([weak.status, weak.body.errors[0].pointer]).to.deep.equal([422, '/newPassword']);
    expect((await me(other.accessToken)).status).to.equal(200);

    expect((await change(PASSWORD, 'a brand new password')).status).to.equal(204);
    expect((await me(user.accessToken)).status).to.equal(200);
    expect((await me(other.accessToken)).status).to.equal(401);
    expect((await signIn(praxis, user.email, 'a brand new password')).id).to.equal(user.id);
  });

  it('throttles failed sign-ins by address and network together', async () => {
    const limited = await startTestPraxis({ RATE_LIMIT: 'on', TRUST_PROXY: 'on' });
    try {
      const { email } = await makeUser(limited);
      const attempt = (ip: string, password: string) =>
        limited.call('POST', '/v1/sessions', {
          body: { email, password },
          headers: { 'x-forwarded-for': ip },
        });
      const guesses = await Promise.all(
        Array.from({ length: 30 }, () => attempt('203.0.113.7', 'not the password')),
      );
      const refused = guesses.filter(({ status }) => status === 429);
      expect(refused).to.have.length(10);
      for (const { headers } of refused) expect(Number(headers.get('retry-after'))).to.be.greaterThan(0);
      expect((await attempt('203.0.113.7', PASSWORD)).status).to.equal(429);
      // The client can prepend entries to X-Forwarded-For; only the last one, from the proxy, counts.
      expect((await attempt('198.51.100.9, 203.0.113.7', PASSWORD)).status).to.equal(429);
      expect((await attempt('198.51.100.9', PASSWORD)).status).to.equal(201);
    } finally {
      await limited.stop();
    }
  });
});
