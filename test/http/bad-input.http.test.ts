import { gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import {
  PASSWORD,
  registerMember,
  startTestPraxis,
  type TestPraxis,
  type TestUser,
} from '../support/praxis.js';

const REGISTRATION = { email: 'ana@example.org', password: PASSWORD, fullName: 'Ana Lind' };

/** Sends bytes unchanged and returns everything that is received. */
const exchange = (url: string, request: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no end of the answer: ${received}`)));
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });

describe('bad input', () => {
  let praxis: TestPraxis;
  let member: TestUser;
  before(async () => {
    praxis = await startTestPraxis();
    member = await registerMember(praxis);
  });
  after(() => praxis.stop());

  /** The text of all rows that a request could have written. */
  const everythingStored = async (): Promise<string> => {
    const { sequelize } = praxis.container.cradle as { sequelize: Sequelize };
    const tables = [
      'users',
      'registrations',
      'sessions',
      'password_resets',
      'email_changes',
      'cards',
      'idempotency_keys',
    ];
    const counts = await Promise.all(
      tables.map((table) =>
        sequelize.query(
          `SELECT '${table}' AS t, md5(coalesce(string_agg(x::text, ';' ORDER BY x::text), '')) AS rows FROM ${table} x`,
          {
            type: QueryTypes.SELECT,
          },
        ),
      ),
    );
    return JSON.stringify(counts);
  };

  const json = (value: unknown) => JSON.stringify(value);
  const gzip = (text: string | Buffer) => ({ body: gzipSync(text), headers: { 'content-encoding': 'gzip' } });
  const nested = (depth: number) => `{"email":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  type Case = {
    body: string | Uint8Array;
    headers?: Record<string, string>;
    status: number;
    code: string;
    pointer?: string;
  };
  const cases: Record<string, Case> = {
    'a wrong content type': {
      body: json(REGISTRATION),
      headers: { 'content-type': 'text/plain' },
      status: 415,
      code: 'unsupported-media-type',
    },
    'a form': {
      body: 'email=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      status: 415,
      code: 'unsupported-media-type',
    },
    'an unknown encoding': {
      body: json(REGISTRATION),
      headers: { 'content-encoding': 'snappy' },
      status: 415,
      code: 'unsupported-media-type',
    },
    'no body': { body: '', status: 400, code: 'malformed-json' },
    'broken JSON': { body: '{"email":', status: 400, code: 'malformed-json' },
    'two JSON values': { body: '{} {}', status: 400, code: 'malformed-json' },
    '40,000 nested arrays': { body: nested(40_000), status: 400, code: 'malformed-json' },
    'invalid UTF-8': {
      body: Buffer.concat([Buffer.from('{"email":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
      status: 400,
      code: 'malformed-json',
    },
    'an overlong encoding': {
      body: Buffer.concat([Buffer.from('{"email":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
      status: 400,
      code: 'malformed-json',
    },
    'a gzip bomb': { ...gzip(Buffer.alloc(50 * 1024 * 1024, 0x20)), status: 413, code: 'body-too-large' },
    'corrupt gzip': {
      body: Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
      headers: { 'content-encoding': 'gzip' },
      status: 400,
      code: 'malformed-request',
    },
    'truncated gzip': {
      body: gzipSync(json(REGISTRATION)).subarray(0, 20),
      headers: { 'content-encoding': 'gzip' },
      status: 400,
      code: 'malformed-request',
    },
    'a body over 256 KiB': {
      body: json({ ...REGISTRATION, fullName: 'x'.repeat(256 * 1024) }),
      status: 413,
      code: 'body-too-large',
    },
    'an array for an object': { body: '[]', status: 422, code: 'validation', pointer: '' },
    null: { body: 'null', status: 422, code: 'validation', pointer: '' },
    'an unknown field': {
      body: json({ ...REGISTRATION, role: 'admin' }),
      status: 422,
      code: 'validation',
      pointer: '/role',
    },
    'a __proto__ key': {
      body: `{"__proto__":{"role":"admin"},${json(REGISTRATION).slice(1)}`,
      status: 422,
      code: 'validation',
      pointer: '/__proto__',
    },
    'an escaped __proto__ key': {
      body: `{"\\u005f_proto__":{},${json(REGISTRATION).slice(1)}`,
      status: 422,
      code: 'validation',
      pointer: '/__proto__',
    },
    'a constructor key': {
      body: json({ ...REGISTRATION, constructor: {} }),
      status: 422,
      code: 'validation',
      pointer: '/constructor',
    },
    'NUL in a text': {
      body: json({ ...REGISTRATION, fullName: 'Ana\u0000Lind' }),
      status: 422,
      code: 'validation',
      pointer: '/fullName',
    },
    'NUL in a password': {
      body: json({ ...REGISTRATION, password: 'long enough\u0000' }),
      status: 422,
      code: 'validation',
      pointer: '/password',
    },
    'a lone surrogate': {
      body: json(REGISTRATION).replace('Ana', '\\ud83d'),
      status: 422,
      code: 'validation',
      pointer: '/fullName',
    },
    '1e400': {
      body: json(REGISTRATION).replace('"Ana Lind"', '1e400'),
      status: 422,
      code: 'validation',
      pointer: '/fullName',
    },
    'a number for a text': {
      body: json({ ...REGISTRATION, fullName: 7 }),
      status: 422,
      code: 'validation',
      pointer: '/fullName',
    },
    'an operator object for a text': {
      body: json({ ...REGISTRATION, email: { $gt: '' } }),
      status: 422,
      code: 'validation',
      pointer: '/email',
    },
    'a missing field': {
      body: json({ email: 'a@example.org', password: PASSWORD }),
      status: 422,
      code: 'validation',
      pointer: '/fullName',
    },
    'only white space in a name': {
      body: json({ ...REGISTRATION, fullName: '  ' }),
      status: 422,
      code: 'validation',
      pointer: '/fullName',
    },
    'a name of 201 characters': {
      body: json({ ...REGISTRATION, fullName: 'é'.repeat(201) }),
      status: 422,
      code: 'validation',
      pointer: '/fullName',
    },
    'an address without a domain': {
      body: json({ ...REGISTRATION, email: 'ana' }),
      status: 422,
      code: 'validation',
      pointer: '/email',
    },
    'an address of 255 characters': {
      body: json({ ...REGISTRATION, email: `a@${'b.'.repeat(125)}org` }),
      status: 422,
      code: 'validation',
      pointer: '/email',
    },
    'a password of 7 characters': {
      body: json({ ...REGISTRATION, password: '7qx!9zk' }),
      status: 422,
      code: 'validation',
      pointer: '/password',
    },
    'a password of 257 characters': {
      body: json({ ...REGISTRATION, password: 'x'.repeat(257) }),
      status: 422,
      code: 'validation',
      pointer: '/password',
    },
    'a common password': {
      body: json({ ...REGISTRATION, password: 'Password123' }),
      status: 422,
      code: 'validation',
      pointer: '/password',
    },
    'the address as password': {
      body: json({ ...REGISTRATION, password: 'ANA@example.org' }),
      status: 422,
      code: 'validation',
      pointer: '/password',
    },
  };

  for (const [name, { body, headers = {}, status, code, pointer }] of Object.entries(cases))
    it(`answers ${name} with ${status} ${code} and writes nothing`, async () => {
      const stored = await everythingStored();
      const answer = await praxis.call('POST', '/v1/registrations', {
        body,
        headers: { 'content-type': 'application/json', ...headers },
      });
      expect([answer.status, answer.body.code]).to.deep.equal([status, code]);
      expect(answer.headers.get('content-type')).to.equal('application/problem+json');
      expect(answer.body.requestId).to.equal(answer.headers.get('x-request-id'));
      expect(answer.body.type).to.equal(`/problems/${code}`);
      if (pointer !== undefined)
        expect(answer.body.errors.map((fault: { pointer: string }) => fault.pointer)).to.include(pointer);
      expect(await everythingStored()).to.equal(stored);
    });

  it('reports all faults of a body at once', async () => {
    const { body } = await praxis.call('POST', '/v1/registrations', {
      body: { email: 'x', fullName: 3, extra: 1 },
    });
    expect(body.errors.map((fault: { pointer: string }) => fault.pointer)).to.have.members([
      '/email',
      '/fullName',
      '/password',
      '/extra',
    ]);
  });

  it('accepts a name of 200 characters outside the basic multilingual plane', async () => {
    const { status } = await praxis.call('POST', '/v1/registrations', {
      body: { ...REGISTRATION, fullName: '𝔄'.repeat(200) },
    });
    expect(status).to.equal(202);
  });

  it('accepts a compressed body', async () => {
    const { status } = await praxis.call('POST', '/v1/registrations', gzip(json(REGISTRATION)));
    expect(status).to.equal(202);
  });

  const queries: Record<string, string> = {
    'an unknown parameter': 'sort=name',
    'a limit of 0': 'limit=0',
    'a limit of 101': 'limit=101',
    'a limit that is no number': 'limit=ten',
    'a limit given twice': 'limit=1&limit=2',
    'broken percent encoding': 'limit=%zz',
    'invalid UTF-8 in the query': 'cursor=%c3%28',
    'NUL in the query': 'cursor=%00',
  };
  for (const [name, query] of Object.entries(queries))
    it(`answers ${name} with 400`, async () => {
      const { status, body } = await praxis.call('GET', `/v1/sessions?${query}`, {
        token: member.accessToken,
      });
      expect([status, body.code]).to.deep.equal([400, 'malformed-request']);
    });

  for (const cursor of ['x', 'AAAA', 'e30', Buffer.from('[0,"x"]').toString('base64url')])
    it(`answers the forged cursor ${cursor} with 400 invalid-cursor`, async () => {
      const { status, body } = await praxis.call('GET', `/v1/sessions?cursor=${cursor}`, {
        token: member.accessToken,
      });
      expect([status, body.code]).to.deep.equal([400, 'invalid-cursor']);
    });

  for (const id of ['not-a-uuid', '%00', '%ff', '1', '..%2f..', '019aa5b2-7c00-7000-8000-00000000000'])
    it(`answers the malformed id ${id} with 404`, async () => {
      const { status, body } = await praxis.call('DELETE', `/v1/sessions/${id}`, {
        token: member.accessToken,
      });
      expect([status, body.code]).to.deep.equal([404, 'not-found']);
    });

  const authorizations = [
    'Basic YTpi',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer e30.e30.',
    'garbage',
    `Bearer ${'x'.repeat(5000)}`,
  ];
  for (const authorization of authorizations)
    it(`answers "Authorization: ${authorization.slice(0, 20)}" with 401`, async () => {
      const { status, headers } = await praxis.call('GET', '/v1/me', { headers: { authorization } });
      expect(status).to.equal(401);
      expect(headers.get('www-authenticate')).to.match(/^Bearer/);
    });

  const raw: Record<string, [request: string, status: RegExp]> = {
    'a line that is not HTTP': ['HELLO\r\n\r\n', /^HTTP\/1\.1 400 /],
    'an unknown method': ['BREW /v1/me HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
    'headers of 40 KB': [
      `GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(40_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    'a length and chunks at once': [
      'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
  };
  for (const [name, [request, status]] of Object.entries(raw))
    it(`answers ${name} with a problem and closes the connection`, async () => {
      const answer = await exchange(praxis.url, request);
      expect(answer)
        .to.match(status)
        .and.include('application/problem+json')
        .and.include('"code":"malformed-request"');
    });

  const chunked = (body: string): Promise<string> =>
    exchange(
      praxis.url,
      `POST /v1/calendar-feeds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${member.accessToken}\r\n` +
        `Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body}0\r\n\r\n`,
    );
  it('treats an empty chunked body as no body, and rejects others without a content type', async () => {
    expect(await chunked('')).to.match(/^HTTP\/1\.1 201 /);
    expect(await chunked('2\r\n{}\r\n')).to.match(/^HTTP\/1\.1 415 /);
  });

  it('caused no 5xx response in the tests above', () => {
    expect(praxis.logLines.filter((line) => line.includes('"msg":"fault"'))).to.deep.equal([]);
  });
});
