import { expect } from 'chai';
import { generateKeyPair, SignJWT, UnsecuredJWT, exportSPKI } from 'jose';
import { PAGES } from '../../src/contexts.js';
import { makeAccessTokens } from '../../src/identity/infrastructure/access-tokens.js';
import { makeSecrets } from '../../src/platform/config/secrets.js';
import { seed } from '../../src/platform/database/migrator.js';
import type { ServedDocument } from '../fuzz/document.js';
import { execute } from '../support/postgres.js';
import {
  expiredTokenFor,
  makeUser,
  signIn,
  startTestPraxis,
  TEST_SECRET,
  type Answer,
  type TestPraxis,
} from '../support/praxis.js';
import { DEMO } from '../support/server-process.js';
import { readDocument, rowsOf } from './places.js';

/** A unique value: where it appears, it has leaked. */
const SECRET = 'U0VOVElORUx';
/** Health data, which no response outside of the clinic may contain. */
const HEALTH = 'SENTINELhealth';

describe('every response', function () {
  this.timeout(300_000);
  let praxis: TestPraxis;
  let document: ServedDocument;
  before(async () => {
    praxis = await startTestPraxis();
    await seed({ url: praxis.ownerUrl });
    document = await readDocument(praxis);
  });
  after(() => praxis.stop());

  const get = (path: string, token?: string, headers: Record<string, string> = {}) =>
    praxis.call('GET', path, { token, headers });

  it('contains no secret, and no health data for other users, as JSON, CSV and calendar', async () => {
    const admin = await makeUser(praxis, 'admin');
    const [member, other] = [await signIn(praxis, DEMO.email, DEMO.password), await makeUser(praxis)];
    await execute(
      praxis.ownerUrl,
      `UPDATE users SET password_hash = '$argon2id$v=19$m=19456,t=2,p=1$${SECRET}U0VOVElORUxTRU4$${SECRET}wYXNzd29yZGhhc2hTRU5USU5FTFNFTlRJ' WHERE password_hash IS NOT NULL`,
      `UPDATE cards SET gateway_token = 'tok_${SECRET}_' || substr(id::text, 25), fingerprint = '${SECRET}' || id`,
      `UPDATE patients SET phone = '${HEALTH}' WHERE anonymised_at IS NULL`,
      `UPDATE appointments SET reason = '${HEALTH}', staff_note = '${HEALTH}'`,
      `UPDATE time_off SET note = '${HEALTH}'`,
    );
    const feeds = await Promise.all(
      [member, admin].map(
        async ({ accessToken: token }) =>
          new URL((await praxis.call('POST', '/v1/calendar-feeds', { token })).body.url as string).pathname,
      ),
    );
    const ids = await rowsOf<{ kind: string; id: string }>(
      praxis.ownerUrl,
      `SELECT 'users' AS kind, id::text FROM users UNION ALL SELECT 'products', id::text FROM products UNION ALL SELECT 'orders', id::text FROM orders
       UNION ALL SELECT 'discounts', id::text FROM discounts UNION ALL SELECT 'doctors', id::text FROM doctors UNION ALL SELECT 'patients', id::text FROM patients
       UNION ALL SELECT 'appointments', id::text FROM appointments UNION ALL SELECT 'appointment-types', id::text FROM appointment_types
       UNION ALL SELECT 'accounts', id::text FROM cash_accounts UNION ALL SELECT 'real-accounts', id::text FROM cash_real_accounts
       UNION ALL SELECT 'amounts', id::text FROM cash_amounts UNION ALL SELECT 'transactions', id::text FROM cash_transactions UNION ALL SELECT 'cards', id::text FROM cards`,
    );
    const paths = document.operations
      .filter(
        ({ method, template }) =>
          method === 'GET' && !template.includes('{token}') && !template.includes('{code}'),
      )
      .flatMap(({ template }) => {
        const kind = /([^/]+)\/\{id\}/.exec(template)?.[1];
        if (kind === undefined) return [template];
        return ids
          .filter((row) => row.kind === kind)
          .slice(0, 4)
          .map(({ id }) => template.replace('{id}', id));
      });
    const [type] = ids.filter(({ kind }) => kind === 'appointment-types');
    const withQuery = (path: string) =>
      path.endsWith('/slots')
        ? `${path}?appointmentTypeId=${type!.id}&from=2026-12-01T00:00:00Z&to=2026-12-08T00:00:00Z`
        : path;
    const seen = { healthForStaff: false, healthForOwner: false, csv: 0, calendars: 0, answers: 0 };
    const look = (who: string, path: string, { status, text, headers }: Answer) => {
      seen.answers += 1;
      expect(`${text} ${JSON.stringify([...headers])}`.includes(SECRET), `${who} ${path}`).to.equal(false);
      if (headers.get('content-type')?.startsWith('text/csv') === true) seen.csv += 1;
      const isCalendar = path.endsWith('.ics');
      if (isCalendar && status === 200) seen.calendars += 1;
      const health = text.includes(HEALTH);
      if (who === 'anonymous' || who === 'other member' || isCalendar)
        expect(health, `${who} ${path}`).to.equal(false);
      if (who === 'admin') seen.healthForStaff ||= health;
      if (who === 'member') seen.healthForOwner ||= health;
    };
    for (const [who, token] of Object.entries({
      anonymous: undefined,
      'other member': other.accessToken,
      member: member.accessToken,
      admin: admin.accessToken,
    }))
      for (const path of [...paths.map(withQuery), ...feeds]) {
        look(who, path, await get(path, token));
        if (who === 'admin') look(who, path, await get(path, token, { accept: 'text/csv' }));
      }
    expect(seen).to.include({ healthForStaff: true, healthForOwner: true });
    expect(seen.csv).to.be.greaterThan(2);
    expect(seen.calendars).to.be.greaterThan(4);
    expect(seen.answers).to.be.greaterThan(400);
    const log = praxis.logLines.join('\n');
    for (const secret of [SECRET, HEALTH, feeds[0]!.split('/').at(-1)!])
      expect(log.includes(secret), secret).to.equal(false);
  });

  it('has headers that prevent scripts, loading, framing and sniffing', async () => {
    const { accessToken: token } = await makeUser(praxis, 'admin');
    const json = { 'content-type': 'application/json' };
    const kinds: Record<string, Answer> = {
      'a list': await get('/v1/users', token),
      'an object': await get('/v1/me', token),
      created: await praxis.call('POST', '/v1/users', {
        token,
        body: { email: 'headers@example.org', fullName: 'Hanna' },
      }),
      nothing: await praxis.call('DELETE', '/v1/sessions', { token }),
      unchanged: await get('/v1/me', token, { 'if-none-match': '*' }),
      malformed: await get('/v1/users?x=1', token),
      'not signed in': await get('/v1/me'),
      'not there': await get('/v1/nothing'),
      'no such method': await praxis.call('PUT', '/v1/users', { token }),
      'too large': await praxis.call('POST', '/v1/users', { token, body: 'x'.repeat(300_000) }),
      'wrong type': await praxis.call('POST', '/v1/users', {
        token,
        body: 'x',
        headers: { 'content-type': 'text/plain' },
      }),
      invalid: await praxis.call('POST', '/v1/users', { token, body: {} }),
      'no precondition': await praxis.call('PATCH', '/v1/me', { token, body: { fullName: 'A' } }),
      options: await praxis.call('OPTIONS', '/v1/me'),
      head: await praxis.call('HEAD', '/v1/products'),
      'a raw body': await praxis.call('POST', '/v1/sessions', { body: '{', headers: json }),
    };
    const pages = document.operations.filter(
      ({ allow, template }) => allow === undefined && !template.includes('{'),
    );
    expect(pages.map(({ template }) => template)).to.include.members(PAGES.map(({ path }) => path));
    for (const path of [
      ...pages.map(({ template }) => template),
      '/problems/validation',
      '/docs/reference.js',
    ])
      kinds[path] = await get(path);
    for (const [kind, { headers }] of Object.entries(kinds)) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, kind)
        .to.include("default-src 'none'")
        .and.include("frame-ancestors 'none'")
        .and.include("base-uri 'none'");
      const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? '';
      expect(scripts, kind).not.to.match(/unsafe-inline|unsafe-eval|https?:|data:|\*/);
      expect(policy, kind).not.to.match(/https?:\/\/|\*/);
      expect(headers.get('x-content-type-options'), kind).to.equal('nosniff');
      expect(headers.get('x-frame-options'), kind).to.equal('DENY');
      expect(headers.get('referrer-policy'), kind).to.equal('no-referrer');
      expect(headers.get('cross-origin-resource-policy'), kind).to.equal('same-origin');
      for (const telling of ['server', 'x-powered-by', 'set-cookie', 'access-control-allow-origin'])
        expect(headers.get(telling), `${kind} ${telling}`).to.equal(null);
    }
    for (const kind of ['a list', 'an object'])
      expect(kinds[kind]!.headers.get('cache-control')).to.equal('private, no-cache');
    const session = await praxis.call('POST', '/v1/sessions', {
      body: { email: 'staff@praxis.test', password: 'wrong' },
    });
    expect(session.headers.get('cache-control') ?? 'no-store').to.equal('no-store');
  });

  it('requires a valid token: forged, modified and foreign ones are rejected', async () => {
    const user = await makeUser(praxis, 'admin');
    const { accessToken: good, refreshToken } = user;
    const [header = '', payload = '', signature = ''] = good.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      sub: string;
      sid: string;
      iss: string;
      aud: string;
      iat: number;
      exp: number;
    };
    const key = new Uint8Array(makeSecrets(TEST_SECRET).key('access-token'));
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = (
      changes: object = {},
      head: object = {},
      by: Parameters<SignJWT['sign']>[0] = key,
      alg = 'HS256',
    ): Promise<string> =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, typ: 'at+jwt', ...head }).sign(by);
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const now = Math.floor(Date.now() / 1_000);
    const other = await makeUser(praxis);
    const elsewhere = (secret: string) =>
      makeAccessTokens({ secrets: makeSecrets(secret), clock: { now: () => new Date() } }).mint({
        userId: claims.sub,
        sessionId: claims.sid,
      });
    const forged: Record<string, string> = {
      'no algorithm': new UnsecuredJWT({ ...claims }).encode(),
      'no algorithm, with the old signature': `${encoded({ alg: 'none', typ: 'at+jwt' })}.${payload}.${signature}`,
      nOnE: `${encoded({ alg: 'nOnE', typ: 'at+jwt' })}.${payload}.`,
      'no signature': `${header}.${payload}.`,
      'another algorithm of the family': await signed({}, {}, new Uint8Array(64).fill(1), 'HS512'),
      'a public key as the secret': await signed(
        {},
        {},
        new TextEncoder().encode(await exportSPKI(publicKey)),
      ),
      'an RSA signature': await signed({}, {}, privateKey, 'RS256'),
      'the label as the secret': await signed({}, {}, new TextEncoder().encode('access-token')),
      'the whole secret instead of the key': await signed({}, {}, new TextEncoder().encode(TEST_SECRET)),
      'the key of another purpose': await signed(
        {},
        {},
        new Uint8Array(makeSecrets(TEST_SECRET).key('refresh-token')),
      ),
      'an empty secret': `${header}.${payload}.${Buffer.alloc(32).toString('base64url')}`,
      'another audience': await signed({ aud: 'praxis-admin' }),
      'another issuer': await signed({ iss: 'https://evil.example' }),
      'another type': await signed({}, { typ: 'JWT' }),
      'a key in the header': await signed({}, { jwk: { kty: 'oct', k: 'AAAA' } }, new Uint8Array(32)),
      'a key to fetch': await signed(
        {},
        { jku: 'https://evil.example/keys', kid: '../../dev/null' },
        new Uint8Array(32),
      ),
      expired: await expiredTokenFor(praxis, user),
      'expired just now': await signed({ exp: now - 1 }),
      'without an end': await signed({ exp: undefined }),
      'not yet good': await signed({ nbf: now + 3_600 }),
      'another user with this session': await signed({ sub: other.id }),
      'a session of nobody': await signed({ sid: '01930000-0000-7000-8000-00000000dead' }),
      'a role of its own': `${header}.${encoded({ ...claims, role: 'admin' })}.${signature}`,
      'another environment': await elsewhere('a secret of quite another environment, 0123456789'),
      'a refresh token': refreshToken,
      'twice the same': `${good}${good}`,
      'a token with white space': `${header}.${payload}. ${signature}`,
    };
    for (let at = 0; at < good.length; at += 7)
      if (good[at] !== '.')
        forged[`changed at ${at}`] =
          `${good.slice(0, at)}${good[at] === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`;
    expect((await get('/v1/users', good)).status).to.equal(200);
    expect((await get('/v1/users', await signed())).status, 'signed as the server does').to.equal(200);
    for (const [how, token] of Object.entries(forged)) {
      const { status, body, headers } = await get('/v1/users', token);
      expect([status, body.code], how).to.deep.equal([401, 'unauthenticated']);
      expect(headers.get('www-authenticate'), how).to.match(/^Bearer/);
    }
    for (const path of [`/v1/users?access_token=${good}`, `/v1/users?token=${good}`])
      expect((await get(path)).status).to.equal(401);
    expect(
      (await get('/v1/users', undefined, { cookie: `accessToken=${good}`, 'x-access-token': good })).status,
    ).to.equal(401);
  });
});
