import { expect } from 'chai';
import { makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';

describe('versions and entity tags', () => {
  let praxis: TestPraxis;
  let member: TestUser;
  before(async () => {
    praxis = await startTestPraxis();
  });
  after(() => praxis.stop());
  beforeEach(async () => {
    member = await makeUser(praxis);
  });

  const me = (headers: Record<string, string> = {}) =>
    praxis.call('GET', '/v1/me', { token: member.accessToken, headers });
  const rename = (fullName: string, headers: Record<string, string> = {}) =>
    praxis.call('PATCH', '/v1/me', { token: member.accessToken, body: { fullName }, headers });

  it('answers with "<version>.<digest>" and varies by Authorization', async () => {
    const { headers, body } = await me();
    expect(headers.get('etag')).to.match(/^"1\.[\w-]{22}"$/);
    expect(headers.get('vary')).to.include('Authorization');
    expect(headers.get('cache-control')).to.include('private');
    expect(body.version).to.equal(1);
  });

  it('answers 304 without a body to the whole tag, weak or in a list or *, and to HEAD', async () => {
    const etag = (await me()).headers.get('etag')!;
    for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const { status, text, headers } = await me({ 'if-none-match': value });
      expect([status, text, headers.get('etag')]).to.deep.equal([304, '', etag]);
    }
    const head = await praxis.call('HEAD', '/v1/me', {
      token: member.accessToken,
      headers: { 'if-none-match': etag },
    });
    expect(head.status).to.equal(304);
  });

  it('answers 200 to a tag of the same version but another digest', async () => {
    expect((await me({ 'if-none-match': '"1.AAAAAAAAAAAAAAAAAAAAAA"' })).status).to.equal(200);
  });

  it('requires If-Match: 428', async () => {
    const { status, body } = await rename('New Name');
    expect([status, body.code]).to.deep.equal([428, 'precondition-required']);
  });

  it('changes the version of the tag, increments it, and rejects the old tag: 412', async () => {
    const etag = (await me()).headers.get('etag')!;
    const changed = await rename('New Name', { 'if-match': etag });
    expect([changed.status, changed.body.version, changed.body.fullName]).to.deep.equal([200, 2, 'New Name']);
    expect(changed.headers.get('etag')).to.match(/^"2\./);
    const stale = await rename('Other Name', { 'if-match': etag });
    expect([stale.status, stale.body.code]).to.deep.equal([412, 'version-mismatch']);
    expect((await me()).body.fullName).to.equal('New Name');
  });

  it('compares only the version part of If-Match', async () => {
    expect((await rename('New Name', { 'if-match': '"1.AAAAAAAAAAAAAAAAAAAAAA"' })).status).to.equal(200);
  });

  it('accepts * for any version', async () => {
    expect((await rename('A', { 'if-match': '*' })).status).to.equal(200);
    expect((await rename('B', { 'if-match': '*' })).body.version).to.equal(3);
  });

  const refused: Record<string, [value: string, status: number]> = {
    'a weak tag': ['W/"1.x"', 412],
    'a tag of somebody else': ['"abc"', 412],
    'a version that never was': ['"99.x"', 412],
    'a word': ['1', 400],
    'two versions': ['"1.x", "2.x"', 400],
  };
  for (const [name, [value, status]] of Object.entries(refused))
    it(`answers ${name} in If-Match with ${status} and changes nothing`, async () => {
      expect((await rename('New Name', { 'if-match': value })).status).to.equal(status);
      expect((await me()).body.version).to.equal(1);
    });

  it('accepts one of two concurrent changes with the same tag', async () => {
    const etag = (await me()).headers.get('etag')!;
    const answers = await Promise.all(['A', 'B'].map((name) => rename(name, { 'if-match': etag })));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 412]);
  });
});
