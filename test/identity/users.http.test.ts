import { expect } from 'chai';
import {
  freshAddress,
  makeUser,
  openSession,
  PASSWORD,
  signIn,
  startTestPraxis,
  type TestPraxis,
  type TestUser,
} from '../support/praxis.js';

const RANDOM_ID = '019aa5b2-7c00-7000-8000-00000000abcd';

describe('users over HTTP', () => {
  let praxis: TestPraxis;
  let admin: TestUser;
  let staff: TestUser;
  let member: TestUser;
  before(async () => {
    praxis = await startTestPraxis();
    admin = await makeUser(praxis, 'admin');
    staff = await makeUser(praxis, 'staff');
  });
  after(() => praxis.stop());
  beforeEach(async () => {
    member = await makeUser(praxis);
  });
  const as = (
    who: TestUser,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => praxis.call(method, path, { token: who.accessToken, ...(body !== undefined && { body }), headers });
  const me = (who: TestUser) => as(who, 'GET', '/v1/me');

  describe('the list', () => {
    it('finds by prefix of name or address, and filters by role and state', async () => {
      const name = `Quirin ${String(Date.now())}`;
      const invited = await as(staff, 'POST', '/v1/users', { email: freshAddress('quirin'), fullName: name });
      const find = async (query: Record<string, string>) => {
        const { status, body, text } = await as(
          staff,
          'GET',
          `/v1/users?${new URLSearchParams(query).toString()}`,
        );
        expect(status, text).to.equal(200);
        return body.items.map(({ id }: { id: string }) => id);
      };
      expect(await find({ q: name.toUpperCase() })).to.deep.equal([invited.body.id]);
      expect(await find({ q: member.email.slice(0, -1) })).to.deep.equal([member.id]);
      expect(await find({ q: member.email, role: 'staff,admin' })).to.deep.equal([]);
      expect(await find({ q: member.email, role: 'member,staff', disabled: 'false' })).to.deep.equal([
        member.id,
      ]);
      expect(await find({ q: member.email, disabled: 'true' })).to.deep.equal([]);
      expect(await find({ q: '%' })).to.deep.equal([]);
      for (const query of ['role=owner', 'role=', 'disabled=1', 'q=', 'sort=name', 'limit=0'])
        expect((await as(staff, 'GET', `/v1/users?${query}`)).status, query).to.equal(400);
    });

    it('has pages without duplicates and gaps, newest first', async () => {
      const made = [member.id, (await makeUser(praxis)).id, (await makeUser(praxis)).id];
      const seen: string[] = [];
      let path: string | undefined = '/v1/users?limit=2&role=member';
      while (path !== undefined && !made.every((id) => seen.includes(id))) {
        const page = await as(staff, 'GET', path);
        seen.push(...page.body.items.map(({ id }: { id: string }) => id));
        path = /<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1];
        await makeUser(praxis);
      }
      expect(seen.filter((id) => made.includes(id))).to.deep.equal([...made].reverse());
      expect(new Set(seen).size).to.equal(seen.length);
    });
  });

  describe('inviting', () => {
    it('answers 201 with a user who cannot sign in until the mail\u2019s token sets a password', async () => {
      const email = freshAddress('new');
      const made = await as(staff, 'POST', '/v1/users', {
        email: email.toUpperCase(),
        fullName: ' Nina Neu ',
      });
      expect([made.status, made.headers.get('location')]).to.deep.equal([201, `/v1/users/${made.body.id}`]);
      expect(made.body).to.include({ email, fullName: 'Nina Neu', role: 'member', emailVerified: false });
      const token = await praxis.tokenFor(email);
      expect((await praxis.mailsTo(email))[0]).to.include('Subject: Your new account');
      const confirmed = await praxis.call('POST', '/v1/password-resets/confirm', {
        body: { token, newPassword: PASSWORD },
      });
      expect(confirmed.status).to.equal(204);
      expect((await me(await signIn(praxis, email))).body).to.include({
        emailVerified: true,
        id: made.body.id,
      });
      const taken = await as(staff, 'POST', '/v1/users', { email, fullName: 'X' });
      expect([taken.status, taken.body.code]).to.deep.equal([409, 'email-taken']);
    });

    it('allows only admins to create staff and admins', async () => {
      const invite = (who: TestUser, role: string) =>
        as(who, 'POST', '/v1/users', { email: freshAddress(role), fullName: 'X', role });
      for (const role of ['staff', 'admin']) {
        const refused = await invite(staff, role);
        expect([refused.status, refused.body.code]).to.deep.equal([403, 'forbidden']);
        expect((await invite(admin, role)).body.role).to.equal(role);
      }
      expect((await invite(admin, 'owner')).status).to.equal(422);
    });
  });

  it('allows staff to rename members, and only admins to rename staff', async () => {
    const rename = (who: TestUser, id: string, headers = { 'if-match': '*' }) =>
      as(who, 'PATCH', `/v1/users/${id}`, { fullName: 'New Name' }, headers);
    expect((await rename(staff, member.id)).body).to.include({ fullName: 'New Name', version: 2 });
    expect((await rename(staff, member.id, { 'if-match': '"1.x"' })).status).to.equal(412);
    const colleague = await makeUser(praxis, 'staff');
    expect((await rename(staff, colleague.id)).status).to.equal(403);
    expect((await rename(admin, colleague.id)).status).to.equal(200);
  });

  it('applies a new role at the next request, without ending sessions', async () => {
    const change = (headers: Record<string, string>) =>
      as(admin, 'PUT', `/v1/users/${member.id}/role`, { role: 'staff' }, headers);
    expect((await as(member, 'GET', '/v1/users')).status).to.equal(403);
    expect((await change({})).status).to.equal(428);
    const { headers } = await as(admin, 'GET', `/v1/users/${member.id}`);
    const changed = await change({ 'if-match': headers.get('etag')! });
    expect([changed.status, changed.body.role, changed.body.version]).to.deep.equal([200, 'staff', 2]);
    expect((await as(member, 'GET', '/v1/users')).status).to.equal(200);
  });

  it('refuses the next request of a disabled user with 401, and allows sign-in again after enabling', async () => {
    const path = `/v1/users/${member.id}`;
    expect((await as(admin, 'POST', `${path}/disable`)).body).to.include({ disabled: true, version: 2 });
    expect((await me(member)).status).to.equal(401);
    const refused = await praxis.call('POST', '/v1/sessions', {
      body: { email: member.email, password: PASSWORD },
    });
    expect(refused.status).to.equal(401);
    expect((await as(admin, 'POST', `${path}/enable`, undefined, { 'if-match': '"9.x"' })).status).to.equal(
      412,
    );
    expect((await as(admin, 'POST', `${path}/enable`)).body).to.include({ disabled: false, version: 3 });
    await signIn(praxis, member.email);
  });

  it('erases a user, who is then 404 and in no list, but keeps the row for foreign keys', async () => {
    await as(member, 'POST', '/v1/me/cards', { gatewayToken: 'tok_visa_4242' });
    const path = `/v1/users/${member.id}`;
    expect((await as(admin, 'DELETE', path, undefined, { 'if-match': '"9.x"' })).status).to.equal(412);
    expect((await as(admin, 'DELETE', path)).status).to.equal(204);
    expect((await me(member)).status).to.equal(401);
    for (const part of ['', '/cards', '/security-events'])
      expect((await as(admin, 'GET', path + part)).status, part).to.equal(404);
    expect(
      (await as(admin, 'GET', `/v1/users?q=${encodeURIComponent(member.email)}`)).body.items,
    ).to.deep.equal([]);
    expect((await as(admin, 'GET', '/v1/users?q=former')).body.items).to.deep.equal([]);
    const { directory } = praxis.container.cradle as {
      directory: { namesOf(ids: string[]): Promise<Map<string, string>> };
    };
    expect(await directory.namesOf([member.id, staff.id, RANDOM_ID, staff.id])).to.deep.equal(
      new Map([
        [member.id, 'Former member'],
        [staff.id, 'Mia Member'],
      ]),
    );
  });

  it('allows users to delete themselves and to register again', async () => {
    expect((await as(member, 'DELETE', '/v1/me')).status).to.equal(204);
    expect((await me(member)).status).to.equal(401);
    const again = await as(staff, 'POST', '/v1/users', { email: member.email, fullName: 'Somebody New' });
    expect(again.status).to.equal(201);
  });

  it('never removes the last admin', async () => {
    const alone = await startTestPraxis();
    try {
      const only = await makeUser(alone, 'admin');
      const call = (method: string, path: string, options: object = {}) =>
        alone.call(method, path, { token: only.accessToken, ...options });
      for (const answer of [
        await call('PUT', `/v1/users/${only.id}/role`, {
          body: { role: 'member' },
          headers: { 'if-match': '*' },
        }),
        await call('POST', `/v1/users/${only.id}/disable`),
        await call('DELETE', `/v1/users/${only.id}`),
        await call('DELETE', '/v1/me'),
      ])
        expect([answer.status, answer.body.code]).to.deep.equal([409, 'last-admin']);
    } finally {
      await alone.stop();
    }
  });

  it('gives the same response for an erased user and a random id', async () => {
    await as(admin, 'DELETE', `/v1/users/${member.id}`);
    for (const [method, part, body, headers] of [
      ['GET', ''],
      ['PATCH', '', { fullName: 'X' }, { 'if-match': '*' }],
      ['GET', '/cards'],
      ['PUT', '/role', { role: 'staff' }, { 'if-match': '*' }],
      ['POST', '/disable'],
      ['POST', '/enable'],
      ['DELETE', ''],
      ['GET', '/security-events'],
    ] as const) {
      const ask = async (id: string) => {
        const answer = await as(admin, method, `/v1/users/${id}${part}`, body, headers);
        const { requestId: _, instance: __, ...rest } = answer.body;
        return [answer.status, rest, [...answer.headers.keys()].sort()];
      };
      const erased = await ask(member.id);
      expect(erased, `${method} ${part}`).to.deep.equal(await ask(RANDOM_ID));
      expect(erased[0]).to.equal(404);
    }
  });

  it('changes an address with a mail to the new one and notices to the old one', async () => {
    const newEmail = freshAddress('moved');
    const ask = (password: string) => as(member, 'POST', '/v1/me/email-changes', { newEmail, password });
    expect((await ask('not the password')).body.code).to.equal('invalid-credentials');
    const asked = await ask(PASSWORD);
    expect([asked.status, asked.text]).to.deep.equal([202, '']);
    const token = await praxis.tokenFor(newEmail);
    const other = await makeUser(praxis);
    const foreign = await as(other, 'POST', '/v1/me/email-changes/confirm', { token });
    expect([foreign.status, foreign.body.errors[0].pointer]).to.deep.equal([422, '/token']);
    const changed = await as(member, 'POST', '/v1/me/email-changes/confirm', { token });
    expect([changed.status, changed.body.email, changed.body.version]).to.deep.equal([200, newEmail, 2]);
    const again = await as(member, 'POST', '/v1/me/email-changes/confirm', { token });
    expect([again.status, again.body.code]).to.deep.equal([410, 'token-used']);
    const notices = await praxis.mailsTo(member.email, 2);
    expect(notices.map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1]).sort()).to.deep.equal([
      'Your e-mail address has changed',
      'Your e-mail address is about to change',
    ]);
    await signIn(praxis, newEmail);
  });

  it('logs the events of an account, for its owner and for admins', async () => {
    await signIn(praxis, member.email);
    await praxis.call('POST', '/v1/sessions', {
      body: { email: member.email, password: 'not the password' },
      headers: { 'user-agent': 'guesser' },
    });
    await as(admin, 'PUT', `/v1/users/${member.id}/role`, { role: 'staff' }, { 'if-match': '*' });
    const second = await openSession(praxis, member);
    await as(second, 'DELETE', '/v1/sessions/current');
    const own = await as(member, 'GET', '/v1/me/security-events');
    expect(own.body.items.map(({ event }: { event: string }) => event)).to.deep.equal([
      'signed-out',
      'role-changed',
      'sign-in-failed',
      'signed-in',
    ]);
    expect(own.body.items[2]).to.include({ userAgent: 'guesser', ip: '127.0.0.1' });
    expect(own.body.items[1]).to.include({ userAgent: '', ip: '' });
    const seen = await as(admin, 'GET', `/v1/users/${member.id}/security-events?limit=2`);
    expect(seen.body.items[1]).to.include({ event: 'role-changed', ip: '127.0.0.1' });
    const next = await as(admin, 'GET', /<([^>]+)>/.exec(seen.headers.get('link')!)![1]!);
    expect(next.body.items.map(({ event }: { event: string }) => event)).to.deep.equal([
      'sign-in-failed',
      'signed-in',
    ]);
  });
});
