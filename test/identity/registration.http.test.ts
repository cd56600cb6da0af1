import { expect } from 'chai';
import {
  freshAddress,
  makeUser,
  PASSWORD,
  registerMember,
  signIn,
  startTestPraxis,
  type Answer,
  type TestPraxis,
} from '../support/praxis.js';

describe('registration and password reset over HTTP', () => {
  let praxis: TestPraxis;
  before(async () => {
    praxis = await startTestPraxis();
  });
  after(() => praxis.stop());

  const register = (email: string, password = PASSWORD) =>
    praxis.call('POST', '/v1/registrations', { body: { email, password, fullName: 'Ana Lind' } });
  const confirm = (token: string, password = PASSWORD) =>
    praxis.call('POST', '/v1/registrations/confirm', { body: { token, password } });
  const statuses = (answers: readonly Answer[]) =>
    answers.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim());

  it('creates an account by mail: 202, a link, 201 with the User', async () => {
    const email = freshAddress('ana');
    const asked = await register(` ${email.toUpperCase()} `);
    expect([asked.status, asked.text]).to.deep.equal([202, '']);
    const token = await praxis.tokenFor(email);
    const { status, body, headers } = await confirm(token);
    expect(status).to.equal(201);
    expect(headers.get('location')).to.equal('/v1/me');
    expect(body).to.include({
      email,
      fullName: 'Ana Lind',
      role: 'member',
      emailVerified: true,
      disabled: false,
      version: 1,
    });
    expect((await signIn(praxis, email)).id).to.equal(body.id);
  });

  it('gives the same response for a registered address, and mails its owner', async () => {
    const { email } = await makeUser(praxis);
    const [known, unknown] = [await register(email), await register(freshAddress())];
    const bare = ({ status, text, headers }: Answer) => [status, text, [...headers.keys()].sort()];
    expect(bare(known)).to.deep.equal(bare(unknown));
    const [mail] = await praxis.mailsTo(email);
    expect(mail)
      .to.match(/already/i)
      .and.not.include('token=');
  });

  it('requires the password of the registration, and ends its token after five wrong ones', async () => {
    const email = freshAddress();
    await register(email);
    const token = await praxis.tokenFor(email);
    for (let n = 0; n < 5; n += 1)
      expect(statuses([await confirm(token, 'not the password')])).to.deep.equal(['401 invalid-credentials']);
    expect(statuses([await confirm(token)])).to.deep.equal(['410 token-used']);
  });

  it('counts wrong passwords under an Idempotency-Key too', async () => {
    const email = freshAddress();
    await register(email);
    const token = await praxis.tokenFor(email);
    for (let n = 0; n < 5; n += 1)
      await praxis.call('POST', '/v1/registrations/confirm', {
        body: { token, password: 'not the password' },
        headers: { 'idempotency-key': `guess-${n}` },
      });
    expect(statuses([await confirm(token)])).to.deep.equal(['410 token-used']);
  });

  it('accepts the first confirmed of several registrations', async () => {
    const email = freshAddress();
    await register(email, 'the first password');
    await praxis.mailsTo(email, 1);
    await register(email, 'the other password');
    const tokens = (await praxis.mailsTo(email, 2)).map((mail) => /token=(\S+)/.exec(mail)![1]!);
    expect((await confirm(tokens[1]!, 'the other password')).status).to.equal(201);
    expect(statuses([await confirm(tokens[0]!, 'the first password')])).to.deep.equal(['410 token-used']);
    expect((await signIn(praxis, email, 'the other password')).email).to.equal(email);
  });

  it('creates one user from 50 concurrent confirmations of one registration', async () => {
    const email = freshAddress();
    await register(email);
    const token = await praxis.tokenFor(email);
    const answers = await Promise.all(Array.from({ length: 50 }, () => confirm(token)));
    expect(statuses(answers).sort()).to.deep.equal([
      '201',
      ...Array.from({ length: 49 }, () => '410 token-used'),
    ]);
  });

  it('creates one user from 50 registrations of one address that are confirmed concurrently', async () => {
    const email = freshAddress();
    await Promise.all(Array.from({ length: 50 }, () => register(email)));
    const tokens = (await praxis.mailsTo(email, 50)).map((mail) => /token=(\S+)/.exec(mail)![1]!);
    expect(new Set(tokens).size).to.equal(50);
    const answers = await Promise.all(tokens.map((token) => confirm(token)));
    expect(statuses(answers).sort()).to.deep.equal([
      '201',
      ...Array.from({ length: 49 }, () => '410 token-used'),
    ]);
  });

  it('refuses forged and foreign tokens', async () => {
    const email = freshAddress();
    await register(email);
    const token = await praxis.tokenFor(email);
    const forged = token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA');
    for (const bad of [forged, 'x', token + 'A', token.split('.')[0]!])
      expect((await confirm(bad)).status, bad).to.equal(422);
    const reset = await praxis.call('POST', '/v1/password-resets/confirm', {
      body: { token, newPassword: PASSWORD },
    });
    expect(reset.status).to.equal(422);
  });

  it('sets a new password by mail, once, and ends every session', async () => {
    const user = await registerMember(praxis);
    const ask = () => praxis.call('POST', '/v1/password-resets', { body: { email: user.email } });
    expect([(await ask()).status, (await ask()).status]).to.deep.equal([202, 202]);
    const mails = (await praxis.mailsTo(user.email, 3)).slice(1);
    const [token, other] = mails.map((mail) => /token=(\S+)/.exec(mail)![1]!);
    const reset = (newPassword: string, by = token) =>
      praxis.call('POST', '/v1/password-resets/confirm', { body: { token: by, newPassword } });

    const weak = await reset('password');
    expect([weak.status, weak.body.errors[0].pointer]).to.deep.equal([422, '/newPassword']);
    expect((await reset('a brand new password')).status).to.equal(204);
    expect((await praxis.call('GET', '/v1/me', { token: user.accessToken })).status).to.equal(401);
    expect(statuses([await reset('yet another password')])).to.deep.equal(['410 token-used']);
    expect(statuses([await reset('yet another password', other)])).to.deep.equal(['410 token-used']);
    expect((await signIn(praxis, user.email, 'a brand new password')).id).to.equal(user.id);
  });

  it('gives the same response to a reset of an unknown address and sends nothing', async () => {
    const email = freshAddress('nobody');
    expect((await praxis.call('POST', '/v1/password-resets', { body: { email } })).status).to.equal(202);
    await registerMember(praxis); // a mail of the reset would arrive before this one
    expect((await praxis.allMails()).filter((mail) => mail.includes(email))).to.deep.equal([]);
  });

  it('sets one password for 20 concurrent uses of one reset', async () => {
    const user = await makeUser(praxis);
    await praxis.call('POST', '/v1/password-resets', { body: { email: user.email } });
    const token = await praxis.tokenFor(user.email);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        praxis.call('POST', '/v1/password-resets/confirm', {
          body: { token, newPassword: `brand new password ${n}` },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 204)).to.have.length(1);
    expect(answers.filter(({ status }) => status === 410)).to.have.length(19);
  });
});
