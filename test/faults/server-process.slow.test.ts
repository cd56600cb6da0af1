import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { eventually } from '../support/processes.js';
import { openRawClient, requestText, type RawClient } from '../support/raw-client.js';
import {
  DEMO,
  makeSandbox,
  postgresOf,
  signInDemo,
  watch,
  type ServerProcess,
} from '../support/server-process.js';

const SIGN_INS = 40;
/** A test that waits for this grace period exceeds its own time limit. */
const ENDLESS_GRACE = { SHUTDOWN_GRACE_SECONDS: '600' };
const NOWHERE = 'postgres://praxis@127.0.0.1:1/praxis';

/** Sends SIGTERM to the server during sign-ins, which hash passwords; returns their outcomes. */
async function terminateUnderLoad(server: ServerProcess) {
  const statuses: (number | string)[] = [];
  const signIns = Array.from({ length: SIGN_INS }, async () => {
    const answer = server.call('POST', '/v1/sessions', { body: DEMO });
    statuses.push(
      await answer.then(
        ({ status }) => status,
        () => 'cut off',
      ),
    );
  });
  await eventually('the first are answered', () => statuses.length >= 4);
  server.signal('SIGTERM');
  return { statuses, all: Promise.all(signIns) };
}

describe('the server as a process', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  let home: string;
  before(() => {
    home = sandbox.newHome();
  });
  after(() => sandbox.clear());
  const serve = (env: Record<string, string> = {}) => sandbox.serve({ PRAXIS_HOME: home, ...env });

  it('answers running requests after SIGTERM, accepts no new ones, and leaves nothing behind', async () => {
    const server = await serve();
    expect((await server.call('GET', '/readyz')).status).to.equal(200);
    const half = await openRawClient(server.url);
    half.send('GET /readyz HTTP/1.1\r\nHost: praxis.test\r\n');
    const { statuses, all } = await terminateUnderLoad(server);
    await eventually('new connections are refused', () =>
      server.call('GET', '/readyz').then(
        ({ status }) => {
          expect(status).to.be.oneOf([200, 503]); // 200: answered before the signal arrived
          return false;
        },
        () => true,
      ),
    );
    expect(statuses.length, 'refused only after everything was answered').to.be.below(SIGN_INS);
    half.send('\r\n');
    expect(await half.gone)
      .to.match(/^HTTP\/1\.1 503 /)
      .and.match(/^Retry-After: 1\r$/im)
      .and.match(/^Connection: close\r$/im)
      .and.contain('"code":"unavailable"');
    await all;
    expect(new Set(statuses)).to.deep.equal(new Set([201]));
    const { code, stderr } = await server.outcome;
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(postgresOf(home)).to.equal(null);
  });

  it('aborts running requests when the grace period is zero', async () => {
    const server = await serve({ SHUTDOWN_GRACE_SECONDS: '0' });
    const { statuses, all } = await terminateUnderLoad(server);
    await all;
    expect(new Set(statuses)).to.deep.equal(new Set([201, 'cut off']));
    expect((await server.outcome).code).to.equal(0);
    expect(postgresOf(home)).to.equal(null);
  });

  it('does not wait for idle connections', async () => {
    const server = await serve(ENDLESS_GRACE);
    const open = (count: number) =>
      Promise.all(Array.from({ length: count }, () => openRawClient(server.url)));
    const idle = await open(20);
    for (const client of idle) client.send(requestText('GET', '/livez'));
    await eventually('all are answered', () => idle.every((client) => client.received().includes('alive')));
    const silent = await open(20);
    const busy = await open(4);
    for (const client of busy) client.send(requestText('POST', '/v1/sessions', DEMO));
    await eventually('one is answered', () => busy.some((client) => client.received() !== ''));
    server.signal('SIGTERM');
    expect((await server.outcome).code).to.equal(0);
    for (const client of busy) expect(await client.gone).to.match(/^HTTP\/1\.1 201 /);
    await Promise.all([...idle, ...silent].map(({ gone }) => gone));
  });

  it('ends at once on a second SIGTERM', async () => {
    const server = await serve(ENDLESS_GRACE);
    const client = await openRawClient(server.url);
    client.send(requestText('POST', '/v1/sessions', DEMO).slice(0, -1)); // without its last byte
    await sleep(200);
    server.signal('SIGTERM');
    await sleep(800);
    server.signal('SIGTERM');
    expect((await server.outcome).code).to.equal(1);
    await eventually('its PostgreSQL is gone', () => postgresOf(home) === null);
  });

  it('aborts its start on SIGTERM, and starts the next time', async () => {
    const empty = sandbox.newHome();
    for (const afterMs of [300, 600, 900]) {
      const { child, outcome } = sandbox.praxis(['serve'], { PRAXIS_HOME: empty });
      await sleep(afterMs);
      child.kill('SIGTERM');
      const { stderr } = await outcome;
      expect(stderr).to.equal('');
      await eventually('its PostgreSQL is gone', () => postgresOf(empty) === null);
    }
    const server = await serve({ PRAXIS_HOME: empty });
    expect((await server.call('GET', '/readyz')).status).to.equal(200);
    server.signal('SIGTERM');
    expect((await server.outcome).code).to.equal(0);
  });

  it('leaves no PostgreSQL behind when it is killed', async () => {
    const server = await serve();
    expect(postgresOf(home)).to.be.a('number');
    server.signal('SIGKILL');
    await server.outcome;
    await eventually('its PostgreSQL is gone', () => postgresOf(home) === null);
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const)
    it(`keeps serving when the process that owns the shared PostgreSQL ends by ${signal}`, async () => {
      const owner = await serve();
      const owned = postgresOf(home);
      const other = await serve();
      expect(postgresOf(home), 'the second start').to.equal(owned);
      const token = await signInDemo(owner);
      const fullName = `Mia ${signal}`;
      const changed = await owner.call('PATCH', '/v1/me', {
        token,
        body: { fullName },
        headers: { 'if-match': '*' },
      });
      expect(changed.status).to.equal(200);

      const watched = watch(() => other.call('GET', '/v1/me', { token }));
      const watchedOwner = watch(() => owner.call('GET', '/v1/me', { token }));
      owner.signal(signal);
      expect((await owner.outcome).code).to.equal(signal === 'SIGTERM' ? 0 : null);
      await eventually('another PostgreSQL serves it', async () => {
        if ([null, owned].includes(postgresOf(home))) return false;
        return (await other.call('GET', '/readyz')).status === 200;
      });
      expect((await watchedOwner.stop()).failures, 'a process that is gone').not.to.deep.equal([]);
      const { statuses, failures } = await watched.stop();
      expect(failures).to.deep.equal([]);
      expect(
        [...statuses].every((status) => [200, 503].includes(status)),
        [...statuses].join(),
      ).to.equal(true);
      expect((await other.call('GET', '/v1/me', { token })).body.fullName).to.equal(fullName);
      other.signal('SIGTERM');
      expect((await other.outcome).code).to.equal(0);
      expect(postgresOf(home)).to.equal(null);
    });

  it('counts guesses of one password over two processes, and accepts the right one from another network', async () => {
    const guarded = { RATE_LIMIT: 'on', TRUST_PROXY: 'on' };
    const servers = [await serve(guarded), await serve(guarded)];
    const signIn = (server: ServerProcess, from: string, password: string) =>
      server.call('POST', '/v1/sessions', {
        body: { ...DEMO, password },
        headers: { 'x-forwarded-for': from },
      });
    const guesses = await Promise.all(
      Array.from({ length: 30 }, (_, guess) =>
        signIn(servers[guess % 2]!, '192.0.2.7', `a wrong guess ${String(guess)}`),
      ),
    );
    const answered = (status: number) => guesses.filter((answer) => answer.status === status);
    expect(answered(401), 'guesses that were looked at').to.have.length(20);
    expect(answered(429), 'guesses that were refused').to.have.length(10);
    expect(
      answered(429).every(({ headers }) => Number(headers.get('retry-after')) > 0),
      'each says when to come again',
    ).to.equal(true);
    for (const server of servers) {
      expect((await signIn(server, '192.0.2.7', DEMO.password)).status, 'from the same place').to.equal(429);
      expect((await signIn(server, '192.0.2.8', DEMO.password)).status, 'from another place').to.equal(201);
    }
    for (const server of servers) server.signal('SIGTERM');
    await Promise.all(servers.map(({ outcome }) => outcome));
  });

  it('reports the reason of a failed start in one line, each with its exit code', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', () => resolve()));
    const port = String((taken.address() as AddressInfo).port);
    const secret = 'a secret for tests, longer than 32 bytes';
    const attempt = (env: Record<string, string>) =>
      sandbox.praxis(['serve'], { PRAXIS_HOME: sandbox.newHome(), ...env }).outcome;
    const [portTaken, misconfigured, away] = await Promise.all([
      attempt({ PORT: port }),
      attempt({ PORT: 'x', CURRENCY: 'gold', DATABASE_URL: NOWHERE }),
      attempt({ DATABASE_URL: NOWHERE, AUTH_SECRET: secret }),
    ]);
    taken.close();
    expect(portTaken.stderr).to.match(new RegExp(`^praxis: [^\\n]*${port}[^\\n]*\\n$`));
    expect(portTaken.code).to.equal(78);
    expect(misconfigured.stderr).to.match(/^(praxis: (PORT|CURRENCY|AUTH_SECRET) [^\n]+\n){3}$/);
    expect(misconfigured.code).to.equal(78);
    expect(away.stderr).to.match(/^praxis: the database is away: [^\n]+\n$/);
    expect(away.code).to.equal(69);
  });

  it('serves other clients while 500 slow ones hold sockets, and disconnects those', async () => {
    const server = await serve();
    const token = await signInDemo(server);
    const slow: RawClient[] = await Promise.all(
      // From four addresses, because one client may hold 256 connections.
      Array.from({ length: 500 }, (_, index) =>
        openRawClient(server.url, { stubborn: true, localAddress: `127.0.1.${1 + (index % 4)}` }),
      ),
    );
    const inBodies = slow.filter((_client, index) => index % 2 === 0);
    const inHeaders = slow.filter((_client, index) => index % 2 === 1);
    for (const client of slow) client.send('POST /v1/sessions HTTP/1.1\r\nHost: praxis.test\r\n');
    for (const client of inBodies)
      client.send('Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{');
    for (const client of inHeaders) client.send('X-Slow: ');
    const drip = setInterval(() => slow.forEach((client) => client.send(' ')), 1_000);
    try {
      const begun = performance.now();
      const cutOff = Promise.all(inHeaders.map(({ gone }) => gone));
      const over = new AbortController();
      void cutOff.then(() => over.abort());
      while (!over.signal.aborted) {
        expect((await server.call('GET', '/v1/me', { token })).status).to.equal(200);
        if (performance.now() - begun > 50_000) throw new Error('slow headers are not cut off');
        await sleep(50);
      }
      for (const text of await cutOff)
        expect(text).to.match(/^HTTP\/1\.1 408 .*application\/problem\+json/is);
    } finally {
      clearInterval(drip);
      for (const client of slow) client.socket.destroy();
    }
    server.signal('SIGTERM');
    expect((await server.outcome).code).to.equal(0);
    expect(server.lines().filter((line) => /"level":"(error|fatal)"/.test(line))).to.deep.equal([]);
  });
});
