import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import sinon from 'sinon';
import { listen, type HttpServer, type Timeouts } from '../../src/platform/http/server.js';
import { openRawClient } from '../support/raw-client.js';

const SHORT: Timeouts = { headersMs: 200, requestMs: 400, keepAliveMs: 1_000, sweepMs: 20 };
/** Whoever waits for it is still waiting when the test’s own time is over. */
const LONGER_THAN_THE_TEST_MS = 600_000;
const HEADERS = 'POST / HTTP/1.1\r\nHost: praxis.test\r\n';

describe('the HTTP server', () => {
  const servers: HttpServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.drain(0))));

  /** Answers every request once its body is there. */
  async function start(timeouts: Timeouts): Promise<HttpServer> {
    const server = await listen({ host: '127.0.0.1', port: 0 }, timeouts);
    servers.push(server);
    server.serve((request, response) => request.resume().on('end', () => response.end('whole')));
    return server;
  }

  /** Sends `opening` and then a byte every 20 ms, whatever the server does, until it is cut off or `patienceMs` are over. */
  async function dripInto(server: HttpServer, opening: string, patienceMs: number): Promise<string> {
    const client = await openRawClient(server.url, { stubborn: true });
    client.send(opening);
    const drip = setInterval(() => client.send('x'), 20);
    const answer = await Promise.race([client.gone, sleep(patienceMs, 'still there')]);
    clearInterval(drip);
    client.socket.destroy();
    return answer;
  }

  const OPENINGS = [
    `${HEADERS}X-Slow: `,
    `${HEADERS}Content-Length: 10000\r\n\r\n`,
    `${HEADERS}Transfer-Encoding: chunked\r\n\r\nffff\r\n`,
  ];

  it('cuts off headers and bodies that come byte by byte, and says so', async () => {
    const server = await start(SHORT);
    const answers = await Promise.all(OPENINGS.map((opening) => dripInto(server, opening, 20_000)));
    for (const answer of answers)
      expect(answer).to.match(/^HTTP\/1\.1 408 .*application\/problem\+json.*"status":408/is);
  });

  it('waits for them as long as they may take', async () => {
    const server = await start({ ...SHORT, headersMs: 30_000, requestMs: 30_000 });
    const answers = await Promise.all(OPENINGS.map((opening) => dripInto(server, opening, 1_500)));
    expect(new Set(answers)).to.deep.equal(new Set(['still there']));
  });

  it('hears out whoever connected just before the end, and nobody who says nothing', async () => {
    const server = await start({ ...SHORT, headersMs: 10_000, requestMs: 10_000 });
    const [late, silent] = await Promise.all([openRawClient(server.url), openRawClient(server.url)]);
    const drained = server.drain(LONGER_THAN_THE_TEST_MS);
    late.send(`${HEADERS}Content-Length: 0\r\n\r\n`);
    expect(await late.gone).to.match(/^HTTP\/1\.1 200 .*Connection: close.*whole$/is);
    expect(await silent.gone).to.equal('');
    await drained;
  });

  it('closes a connection after the answer that was under way, whether its headers were out or not', async () => {
    const server = await start({ ...SHORT, headersMs: 10_000, requestMs: 10_000 });
    server.serve((request, response) => {
      if (request.url === '/early') response.write('begun, ');
      setTimeout(() => response.end('done'), 200);
    });
    const clients = await Promise.all([openRawClient(server.url), openRawClient(server.url)]);
    clients[0].send('GET /early HTTP/1.1\r\nHost: praxis.test\r\n\r\n');
    clients[1].send('GET /late HTTP/1.1\r\nHost: praxis.test\r\n\r\n');
    await sleep(100);
    await server.drain(LONGER_THAN_THE_TEST_MS);
    const [early, late] = await Promise.all(clients.map(({ gone }) => gone));
    expect(early).to.contain('begun, ').and.to.contain('done');
    expect(late).to.match(/Connection: close.*done/is);
  });

  it('sets no timer with a negative delay when the grace is over before the connections are closed', async () => {
    const server = await start(SHORT);
    const timers = sinon.spy(globalThis, 'setTimeout');
    try {
      await server.drain(0, { patient: true });
      const delays = timers.args.map(([, delayMs]) => delayMs ?? 0);
      expect(delays).to.not.be.empty;
      expect(Math.min(...delays)).to.be.at.least(0);
    } finally {
      timers.restore();
    }
  });
});
