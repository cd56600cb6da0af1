import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { eventually, REPOSITORY } from '../support/processes.js';
import { openRawClient } from '../support/raw-client.js';
import { makeSandbox, type Answer } from '../support/server-process.js';

const BLOCKER = pathToFileURL(path.join(REPOSITORY, 'test', 'support', 'block-event-loop.mjs')).href;
/** A request that runs until its body has arrived. */
const UNFINISHED =
  'POST /v1/sessions HTTP/1.1\r\nHost: praxis.test\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n';

describe('a server whose event loop is blocked', () => {
  const sandbox = makeSandbox();
  afterEach(() => sandbox.clear());

  it('refuses the client that has most requests running, answers probes, and recovers', async function () {
    this.timeout(300_000);
    const server = await sandbox.serve({
      PRAXIS_HOME: sandbox.newHome(),
      RATE_LIMIT: 'on',
      NODE_OPTIONS: `--import=${BLOCKER}`,
    });
    const clients = await Promise.all(Array.from({ length: 8 }, () => openRawClient(server.url)));
    try {
      server.signal('SIGUSR2');
      let refusal: Answer | undefined;
      await eventually('a request is refused', async () => {
        for (const client of clients) if (client.socket.bytesWritten === 0) client.send(UNFINISHED);
        const answer = await server.call('GET', '/v1/products');
        if (answer.body.detail === 'The server is too busy right now.') refusal = answer;
        return refusal !== undefined;
      });
      expect([refusal!.status, refusal!.body.code]).to.deep.equal([503, 'unavailable']);
      expect(refusal!.headers.get('retry-after')).to.equal('2');
      expect((await server.call('GET', '/livez')).status).to.equal(200);
      // A connection of the pool may not become free in time, which readyz has to report.
      await eventually(
        'the process is ready',
        async () => (await server.call('GET', '/readyz')).status === 200,
      );
      await eventually('the log says so', () =>
        server.lines().some((line) => line.includes('the process is over its capacity and refuses requests')),
      );
      server.signal('SIGUSR2');
      await eventually(
        'nothing is refused any more',
        async () => (await server.call('GET', '/v1/products')).status === 200,
      );
    } finally {
      for (const { socket } of clients) socket.destroy();
    }
  });
});
