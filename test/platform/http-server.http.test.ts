import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import sinon from 'sinon';
import {
  listen,
  type HttpServer,
  type ServerLimits,
  type Timeouts,
} from '../../src/platform/http/server/http-server.js';
import { eventually } from '../support/processes.js';
import { openRawClient } from '../support/raw-client.js';

const SHORT: Partial<Timeouts> = { headersMs: 200, requestMs: 400, keepAliveMs: 1_000, sweepMs: 20 };
/** Timeouts that are longer than any test. */
const PATIENT: Partial<Timeouts> = {
  headersMs: 600_000,
  requestMs: 600_000,
  keepAliveMs: 600_000,
  stallMs: 600_000,
  sendMs: 600_000,
  sweepMs: 20,
};
/** A test that waits for this exceeds its own time limit. */
const LONGER_THAN_THE_TEST_MS = 600_000;
const HEADERS = 'POST / HTTP/1.1\r\nHost: praxis.test\r\n';

describe('the HTTP server', () => {
  const servers: HttpServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.drain(0))));

  /** Answers every request when its body has arrived. */
  async function start(
    timeouts: Partial<Timeouts>,
    limits: Partial<ServerLimits> = {},
    onShutOut: (client: string) => void = () => undefined,
  ): Promise<HttpServer> {
    const options = { host: '127.0.0.1', port: 0, trustProxy: false, rateLimit: true, onShutOut };
    const server = await listen(options, timeouts, limits);
    servers.push(server);
    server.serve((request, response) => request.resume().on('end', () => response.end('whole')));
    return server;
  }

  /**
   * Sends `opening` and then a byte every 20 ms, whatever the response, until the connection is closed or `patienceMs`
   * are over.
   */
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

  it('answers 408 to headers and bodies that arrive byte by byte', async () => {
    const server = await start(SHORT);
    const answers = await Promise.all(OPENINGS.map((opening) => dripInto(server, opening, 20_000)));
    for (const answer of answers)
      expect(answer).to.match(/^HTTP\/1\.1 408 .*application\/problem\+json.*"status":408/is);
  });

  it('accepts slow headers and bodies within the timeouts', async () => {
    const server = await start({ ...SHORT, headersMs: 30_000, requestMs: 30_000 });
    const answers = await Promise.all(OPENINGS.map((opening) => dripInto(server, opening, 1_500)));
    expect(new Set(answers)).to.deep.equal(new Set(['still there']));
  });

  it('answers a connection that opened just before the drain, and closes a silent one', async () => {
    const server = await start({ ...SHORT, headersMs: 10_000, requestMs: 10_000 });
    const [late, silent] = await Promise.all([openRawClient(server.url), openRawClient(server.url)]);
    const drained = server.drain(LONGER_THAN_THE_TEST_MS);
    late.send(`${HEADERS}Content-Length: 0\r\n\r\n`);
    expect(await late.gone).to.match(/^HTTP\/1\.1 200 .*Connection: close.*whole$/is);
    expect(await silent.gone).to.equal('');
    await drained;
  });

  it('closes a connection after its running response, whether or not its headers were sent', async () => {
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

  it('sets no timer with a negative delay when the grace period ends before the connections are closed', async () => {
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

  const GET = 'GET / HTTP/1.1\r\nHost: praxis.test\r\n\r\n';
  const BODY_BYTES = 8_000_000;
  /** More than the buffers of the system hold. */
  const LARGE = Buffer.alloc(BODY_BYTES, 'x');

  it('processes one request of a connection at a time, and answers in order', async () => {
    const server = await start(PATIENT);
    let [running, most] = [0, 0];
    server.serve((request, response) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        response.end(`answer to ${request.url ?? ''}`);
      }, 5);
    });
    const client = await openRawClient(server.url);
    client.send(['/1', '/2', '/3'].map((path) => GET.replace('/', path)).join(''));
    await eventually('all are answered', () => client.received().includes('answer to /3'));
    expect(client.received().match(/answer to \/\d/g)).to.deep.equal([
      'answer to /1',
      'answer to /2',
      'answer to /3',
    ]);
    expect(most).to.equal(1);
    client.socket.destroy();
  });

  it('answers the accepted pipelined requests, then closes the connection', async () => {
    const server = await start(PATIENT, { pipelined: 3, excess: 100 });
    let handled = 0;
    server.serve((_request, response) => {
      handled += 1;
      setTimeout(() => response.end('answered'), 5);
    });
    const client = await openRawClient(server.url);
    client.send(GET.repeat(50));
    expect((await client.gone).match(/answered/g)).to.have.lengthOf(4);
    expect(handled).to.equal(4);
  });

  it('destroys a connection with far too many pipelined requests', async () => {
    const server = await start(PATIENT, { pipelined: 3, excess: 10 });
    let handled = 0;
    server.serve(() => (handled += 1));
    const client = await openRawClient(server.url);
    client.send(GET.repeat(50));
    expect(await client.gone).to.equal('');
    expect(handled).to.equal(1);
  });

  it('closes a connection behind a large response instead of answering what is pipelined', async () => {
    const server = await start(PATIENT);
    let handled = 0;
    server.serve((_request, response) => {
      handled += 1;
      response.end('x'.repeat(handled === 1 ? 1_000 : 100_000));
    });
    const client = await openRawClient(server.url);
    client.send(GET.repeat(4));
    const received = await client.gone;
    expect(received.match(/HTTP\/1\.1 200/g)).to.have.lengthOf(2);
    expect(received).to.have.lengthOf.above(101_000);
    expect(handled).to.equal(2);
  });

  it('destroys a connection whose request exceeds the limit of waiting requests on all connections', async () => {
    const server = await start(PATIENT, { waiting: 5 });
    const responses: ServerResponse[] = [];
    server.serve((_request, response) => void responses.push(response));
    const first = await openRawClient(server.url);
    first.send(GET.repeat(6));
    await eventually('one is worked on', () => responses.length === 1);
    const second = await openRawClient(server.url);
    second.send(GET.repeat(2));
    expect(await second.gone).to.equal('');
    const third = await openRawClient(server.url);
    third.send(GET);
    await eventually('a single request is worked on', () => responses.length === 3);
    first.socket.destroy();
    await eventually('the first is gone', () => responses[0]?.destroyed === true);
    const fourth = await openRawClient(server.url);
    fourth.send(GET.repeat(2));
    await eventually('it is worked on', () => responses.length === 4);
    expect(fourth.socket.destroyed).to.equal(false);
    for (const { socket } of [third, fourth]) socket.destroy();
  });

  it('closes a connection after its last allowed request', async () => {
    const server = await start(PATIENT, { requestsPerConnection: 2 });
    const client = await openRawClient(server.url);
    client.send(GET);
    await eventually('the first is answered', () => client.received().includes('whole'));
    client.send(GET);
    expect(await client.gone).to.match(/keep-alive.*whole.*Connection: close.*whole/is);
  });

  it('frees pipelined requests when their connection is reset', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const server = await start(PATIENT, { pipelined: 100 });
    const responses: WeakRef<ServerResponse>[] = [];
    const held: ServerResponse[] = [];
    server.serve((_request, response) => {
      responses.push(new WeakRef(response));
      held.push(response);
    });
    const sockets: Socket[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { socket } = await openRawClient(server.url);
      socket.write(GET.repeat(50));
      sockets.push(socket);
    }
    await eventually('each has a request under way', () => held.length === 5);
    for (const socket of sockets) socket.resetAndDestroy();
    await eventually('the server has noticed', () => held.every(({ destroyed }) => destroyed));
    expect(held).to.have.lengthOf(5);
    held.length = 0;
    await eventually('they are garbage', () => {
      collectGarbage();
      return responses.every((response) => response.deref() === undefined);
    });
    await server.drain(LONGER_THAN_THE_TEST_MS);
  });

  it('closes the connection of a client that does not read its response', async () => {
    const server = await start({ ...PATIENT, stallMs: 200 });
    server.serve((_request, response) => response.end(LARGE));
    const client = await openRawClient(server.url);
    client.socket.pause();
    client.send(GET);
    await sleep(1_000);
    client.socket.resume();
    expect((await client.gone).length).to.be.lessThan(BODY_BYTES);
  });

  it('keeps a connection whose response takes long to compute', async () => {
    const server = await start({ ...PATIENT, stallMs: 100 });
    server.serve((_request, response) => setTimeout(() => response.end('at last'), 700));
    const client = await openRawClient(server.url);
    client.send(GET);
    await eventually('it is answered', () => client.received().includes('at last'));
    client.socket.destroy();
  });

  /** Pauses after each megabyte; resolves with the number of bytes received until the connection was closed. */
  async function readSlowly(server: HttpServer, restMs: number): Promise<number> {
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined);
    let received = 0;
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (chunk: Buffer) => {
      const megabytes = Math.floor(received / 1_000_000);
      received += chunk.length;
      if (Math.floor(received / 1_000_000) === megabytes) return;
      socket.pause();
      setTimeout(() => socket.resume(), restMs);
    });
    socket.write(GET.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    await gone;
    return received;
  }

  it('sends a response to a slow reader while it makes progress, up to the maximum time', async () => {
    const patient = await start({ ...PATIENT, stallMs: 5_000 });
    patient.serve((_request, response) => response.end(LARGE));
    expect(await readSlowly(patient, 50)).to.be.greaterThan(BODY_BYTES);
    const strict = await start({ ...PATIENT, stallMs: 5_000, sendMs: 300 });
    strict.serve((_request, response) => response.end(LARGE));
    expect(await readSlowly(strict, 400)).to.be.lessThan(BODY_BYTES);
  });

  it('limits the connections of one client, and closes its idle ones for new ones', async () => {
    const server = await start(PATIENT, { connectionsPerClient: 3 });
    server.serve((request, response) => {
      if (request.url !== '/busy') response.end('whole');
    });
    const first = await openRawClient(server.url);
    const busy = await Promise.all([openRawClient(server.url), openRawClient(server.url)]);
    for (const client of busy) client.send(GET.replace('/', '/busy'));
    await sleep(100);
    const fourth = await openRawClient(server.url);
    expect(await first.gone).to.equal('');
    fourth.send(GET.replace('/', '/busy'));
    await sleep(100);
    const fifth = await openRawClient(server.url);
    expect(await fifth.gone).to.equal('');
    for (const { socket } of [...busy, fourth]) {
      expect(socket.destroyed).to.equal(false);
      socket.destroy();
    }
  });

  it('closes an idle connection of the client with the most when there are too many in all', async () => {
    const server = await start(PATIENT, { connections: 4 });
    const greedy = [];
    for (let count = 0; count < 4; count += 1) greedy.push(await openRawClient(server.url));
    const other = await openRawClient(server.url, { localAddress: '127.0.0.2' });
    other.send(GET);
    await eventually('the other client is answered', () => other.received().includes('whole'));
    expect(greedy.map(({ socket }) => socket.destroyed)).to.deep.equal([true, false, false, false]);
    for (const { socket } of [...greedy, other]) socket.destroy();
  });

  it('blocks a client that continues after refusals for a minute, and no other client', async () => {
    const shutOut: string[] = [];
    const server = await start(PATIENT, { offencePoints: 3 }, (client) => shutOut.push(client));
    server.serve((request, response) => {
      if (request.url === '/refused') server.refused(request);
      response.end('whole');
    });
    const quiet = await openRawClient(server.url);
    const greedy = await openRawClient(server.url);
    greedy.send(GET.replace('/', '/refused').repeat(3));
    await greedy.gone;
    expect(await quiet.gone).to.equal('');
    expect(shutOut).to.deep.equal(['127.0.0.1']);
    expect(await (await openRawClient(server.url)).gone).to.equal('');
    const other = await openRawClient(server.url, { localAddress: '127.0.0.2' });
    other.send(GET);
    await eventually('the other client is answered', () => other.received().includes('whole'));
    other.socket.destroy();
  });

  for (const [what, text] of [
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['a version in the future', 'GET / HTTP/2.0\r\nHost: praxis.test\r\n\r\n'],
    ['no version that exists', 'GET / HTTP/1.7\r\nHost: praxis.test\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: praxis.test\r\nhOST: other.test\r\n\r\n'],
    ['the same host twice', 'GET / HTTP/1.1\r\nHost: praxis.test\r\nHost: praxis.test\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ] as const)
    it(`refuses a request with ${what}`, async () => {
      const server = await start(PATIENT);
      const client = await openRawClient(server.url);
      client.send(text);
      const answer = await client.gone;
      expect(answer).to.match(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(answer).to.match(/Content-Type: application\/problem\+json\r\n/);
      expect(answer).to.contain('"code":"malformed-request"');
    });
});
