import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { COMMON_PROBLEMS } from '../../src/platform/http/replies/problem-catalog.js';
import { createApplication, type ApplicationOptions } from '../../src/platform/http/routing/application.js';
import { makeLogger } from '../../src/platform/telemetry/logger.js';
import type { Context } from 'koa';

describe('a client that disconnects while its request waits for a turn of the event loop', () => {
  let server: Server;
  let beginTurn: () => void;
  let waiting: Promise<void>;
  const lines: { msg: string; status: number; route: string }[] = [];
  const measured: number[] = [];
  let handled = 0;

  before(async () => {
    const turn = new Promise<void>((resolve) => (beginTurn = resolve));
    let enter: () => void = () => undefined;
    waiting = new Promise<void>((resolve) => (enter = resolve));
    const logger = makeLogger({
      level: 'info',
      destination: { write: (line) => lines.push(JSON.parse(line) as (typeof lines)[number]) },
    });
    const application = createApplication({
      routes: [],
      pages: [
        {
          path: '/page',
          operationId: 'readPage',
          summary: 'A page',
          contentType: 'text/plain',
          handle(context: Context) {
            handled += 1;
            context.body = 'ok';
          },
        },
      ],
      catalog: COMMON_PROBLEMS,
      services: {
        turns: {
          take: () => {
            enter();
            return turn;
          },
        },
      },
      clientLimiter: {
        check: () => ({ allowed: true, limit: 1, remaining: 1, windowSeconds: 1, resetSeconds: 1 }),
      },
      loadShedder: { enter: () => () => undefined },
      logger,
      metrics: { observeRequest: ({ status }: { status: number }) => measured.push(status) },
      publicUrl: 'https://praxis.test',
      corsOrigins: [],
      onRefused: () => undefined,
      trustProxy: false,
    } as unknown as ApplicationOptions);
    const listener = application.callback();
    server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());

  it('is logged and counted with status 499, and its request is not processed', async () => {
    const closed = new Promise((resolve) =>
      server.once('connection', (socket) => socket.once('close', resolve)),
    );
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET /page HTTP/1.1\r\nHost: praxis.test\r\n\r\n');
    await waiting;
    client.destroy();
    await closed;
    beginTurn();
    while (lines.length === 0) await new Promise((done) => setImmediate(done));
    expect(lines.map(({ msg, status, route }) => [msg, status, route])).to.deep.equal([
      ['request', 499, '/page'],
    ]);
    expect(measured).to.deep.equal([499]);
    expect(handled).to.equal(0);
  });
});
