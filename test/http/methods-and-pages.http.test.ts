import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { CATALOG, PAGES, ROUTES } from '../../src/contexts.js';
import { makeUser, openSession, startTestPraxis, type TestPraxis } from '../support/praxis.js';

describe('methods, lists, headers and pages', () => {
  let praxis: TestPraxis;
  before(async () => {
    praxis = await startTestPraxis({ CORS_ORIGINS: 'https://front.example' });
  });
  after(() => praxis.stop());

  const methodsOf = new Map<string, Set<string>>();
  for (const { path, method } of ROUTES)
    methodsOf.set(path, (methodsOf.get(path) ?? new Set()).add(method.toUpperCase()));

  for (const [path, methods] of methodsOf) {
    const allow = [...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].sort().join(', ');
    it(`${path} answers other methods with 405 and Allow: ${allow}`, async () => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((each) => !methods.has(each))) {
        const { status, headers, body } = await praxis.call(method, path);
        expect([status, body.code, headers.get('allow')]).to.deep.equal([405, 'method-not-allowed', allow]);
      }
      const options = await praxis.call('OPTIONS', path);
      expect([options.status, options.headers.get('allow'), options.text]).to.deep.equal([204, allow, '']);
    });
  }

  it('answers HEAD like GET without the body', async () => {
    const { accessToken: token } = await makeUser(praxis);
    const [get, head] = [
      await praxis.call('GET', '/v1/me', { token }),
      await praxis.call('HEAD', '/v1/me', { token }),
    ];
    expect([head.status, head.text]).to.deep.equal([200, '']);
    for (const name of ['etag', 'content-type', 'content-length'])
      expect(head.headers.get(name)).to.equal(get.headers.get(name));
  });

  for (const path of [
    '/',
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/me/',
    '/V1/me',
    '/v1//me',
    '/metrics',
    '/docs/../etc/passwd',
  ])
    it(`answers ${path} with 404`, async () => {
      const { status, body } = await praxis.call('GET', path);
      expect([status, body.code]).to.deep.equal([404, 'not-found']);
    });

  it('returns every old row of a growing list once and in order, by cursor and by Link', async () => {
    const user = await makeUser(praxis);
    for (let n = 0; n < 9; n += 1) await openSession(praxis, user);
    const whole = await praxis.call('GET', '/v1/sessions?limit=100', { token: user.accessToken });
    const expected = whole.body.items.map(({ id }: { id: string }) => id);
    expect(expected).to.have.length(10);
    expect([whole.body.nextCursor, whole.headers.get('link')]).to.deep.equal([null, null]);

    const seen: string[] = [];
    let path: string | undefined = '/v1/sessions?limit=3';
    while (path !== undefined) {
      const page = await praxis.call('GET', path, { token: user.accessToken });
      seen.push(...page.body.items.map(({ id }: { id: string }) => id));
      await openSession(praxis, user);
      const link: string | undefined = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      expect(link === undefined).to.equal(page.body.nextCursor === null);
      if (link !== undefined)
        expect(new URL(link, praxis.url).searchParams.get('cursor')).to.equal(page.body.nextCursor);
      path = link;
    }
    expect(seen).to.deep.equal(expected);
  });

  it('rejects a modified cursor', async () => {
    const user = await makeUser(praxis);
    await openSession(praxis, user);
    const { body } = await praxis.call('GET', '/v1/sessions?limit=1', { token: user.accessToken });
    const cursor: string = body.nextCursor;
    for (const index of [0, 10, cursor.length - 2]) {
      const tampered = cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
      const answer = await praxis.call('GET', `/v1/sessions?limit=1&cursor=${tampered}`, {
        token: user.accessToken,
      });
      expect([answer.status, answer.body.code]).to.deep.equal([400, 'invalid-cursor']);
    }
  });

  it('accepts a well-formed request id and creates one otherwise', async () => {
    const given = await praxis.call('GET', '/livez', { headers: { 'x-request-id': 'a.B_c-9' } });
    expect(given.headers.get('x-request-id')).to.equal('a.B_c-9');
    for (const bad of ['has space', 'x'.repeat(129), 'a;b']) {
      const made = await praxis.call('GET', '/livez', { headers: { 'x-request-id': bad } });
      expect(made.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/);
    }
  });

  it('logs each request with its id, its template and its trace, never its path', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await praxis.call('DELETE', '/v1/sessions/019aa5b2-7c00-7000-8000-00000000abcd', {
      headers: { 'x-request-id': 'find-me', traceparent },
    });
    const line = praxis.logLines.find((each) => each.includes('"requestId":"find-me"'))!;
    expect(JSON.parse(line)).to.include({ route: '/v1/sessions/{id}', status: 401, traceparent });
    expect(line).not.to.include('abcd');
  });

  it('sets security headers on every answer and a policy that runs nothing', async () => {
    for (const path of ['/v1/me', '/nothing', '/livez', '/problems']) {
      const { headers } = await praxis.call('GET', path);
      expect(headers.get('content-security-policy'))
        .to.include("default-src 'none'")
        .and.not.include('script-src');
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('x-frame-options')).to.equal('DENY');
      expect(headers.get('referrer-policy')).to.equal('no-referrer');
      expect(headers.get('x-powered-by')).to.equal(null);
    }
  });

  it('allows the configured origins only', async () => {
    const preflight = (origin: string) =>
      praxis.call('OPTIONS', '/v1/me', { headers: { origin, 'access-control-request-method': 'PATCH' } });
    const named = await preflight('https://front.example');
    expect(named.headers.get('access-control-allow-origin')).to.equal('https://front.example');
    expect(named.headers.get('access-control-allow-methods')).to.include('PATCH');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).to.equal(
      null,
    );
    const simple = await praxis.call('GET', '/livez', { headers: { origin: 'https://evil.example' } });
    expect(simple.headers.get('access-control-allow-origin')).to.equal(null);
    const refused = await praxis.call('GET', '/v1/me', { headers: { origin: 'https://front.example' } });
    expect(refused.headers.get('access-control-allow-origin')).to.equal('https://front.example');
  });

  it('sends the rate limit in headers', async () => {
    const { headers } = await praxis.call('GET', '/v1/me');
    expect(headers.get('ratelimit-policy')).to.match(/^"client";q=\d+;w=60$/);
    expect(headers.get('ratelimit')).to.match(/^"client";r=\d+;t=\d+$/);
  });

  it('serves a page for every problem', async () => {
    const overview = await praxis.call('GET', '/problems');
    for (const [code, { title }] of Object.entries(CATALOG)) {
      const { status, headers, text } = await praxis.call('GET', `/problems/${code}`);
      expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8']);
      expect(text).to.include(code).and.include(title.replaceAll("'", '&#39;'));
      expect(overview.text).to.include(`/problems/${code}`);
    }
    expect((await praxis.call('GET', '/problems/nonsense')).status).to.equal(404);
  });

  for (const path of ['/confirm-registration', '/reset-password'])
    it(`serves ${path} for links in mails, with a policy for its own script only`, async () => {
      const { status, text, headers } = await praxis.call('GET', `${path}?token=x`);
      expect(status).to.equal(200);
      expect(text).not.to.match(/https?:\/\//);
      const script = /<script>([\s\S]*)<\/script>/.exec(text)![1]!;
      const digest = createHash('sha256').update(script).digest('base64');
      expect(headers.get('content-security-policy')).to.include(`script-src 'sha256-${digest}'`);
      const action = /action="([^"]+)"/.exec(text)?.[1];
      expect(ROUTES.some((route) => route.path === action && route.method === 'post')).to.equal(true);
    });

  it('shows no form field before its script has run, so that no browser puts a password into a URL', async () => {
    const pages = [...PAGES.map(({ path }) => path), '/problems', '/docs'];
    for (const path of pages) {
      const { text } = await praxis.call('GET', path);
      for (const [form] of text.matchAll(/<form[^>]*>/g)) expect(form, path).to.match(/ method="post"/);
      const withoutScript = text.replaceAll(/<template>[\s\S]*?<\/template>/g, '');
      expect(withoutScript, path).not.to.match(/<(?:form|input|textarea|select|button)\b/);
    }
    const noted = await praxis.call('GET', '/reset-password');
    expect(noted.text).to.match(/<noscript>[\s\S]*needs JavaScript[\s\S]*<\/noscript>/);
  });

  it('serves the reference with its own script and without other hosts', async () => {
    const page = await praxis.call('GET', '/docs');
    expect(page.status).to.equal(200);
    expect(page.text).not.to.match(/https?:\/\//);
    const script = await praxis.call('GET', '/docs/reference.js');
    expect([script.status, script.headers.get('content-encoding')]).to.deep.equal([200, 'gzip']);
    expect(script.text.length).to.be.greaterThan(1_000_000);
  });

  it('serves the committed OpenAPI document, and answers 304 to its tag', async () => {
    const { text, headers } = await praxis.call('GET', '/openapi.json');
    const committed = JSON.parse(await readFile('openapi/praxis.json', 'utf8')) as unknown;
    expect(JSON.parse(text)).to.deep.equal(committed);
    const again = await praxis.call('GET', '/openapi.json', {
      headers: { 'if-none-match': headers.get('etag')! },
    });
    expect(again.status).to.equal(304);
  });

  it('is alive and ready', async () => {
    expect((await praxis.call('GET', '/livez')).body).to.deep.equal({ status: 'alive' });
    expect((await praxis.call('GET', '/readyz')).body).to.deep.equal({ status: 'ready' });
  });

  it('counts requests by route and status', async () => {
    const metrics = await praxis.metrics();
    expect(metrics).to.match(/praxis_http_requests_total\{method="GET",route="\/livez",status="200"\} \d/);
    for (const name of ['praxis_db_pool_in_use', 'praxis_db_pool_waiting', 'praxis_outbox_lag_seconds'])
      expect(metrics).to.include(name);
  });
});
