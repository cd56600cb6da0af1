import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { pino } from 'pino';
import { z } from 'zod';
import { COMMON_PROBLEMS } from '../../src/platform/http/replies/problem-catalog.js';
import { createApplication, type ApplicationOptions } from '../../src/platform/http/routing/application.js';
import { defineRoute } from '../../src/platform/http/routing/route.js';

const reply = z.object({ name: z.string().max(5), parts: z.array(z.object({ size: z.int() })) });
type Reply = z.output<typeof reply>;

describe('a reply', () => {
  let result: Reply;
  let server: Server;
  before(async () => {
    const container = { cradle: {} };
    const application = createApplication({
      routes: [
        defineRoute<object>()({
          method: 'get',
          path: '/v1/test-things',
          operationId: 'readTestThing',
          tag: 'Test',
          summary: 'A thing',
          allow: 'anyone',
          status: 200,
          reply,
          handle: () => Promise.resolve(result),
        }),
      ],
      pages: [],
      catalog: COMMON_PROBLEMS,
      services: {
        container,
        anonymousReads: container,
        turns: { take: () => Promise.resolve() },
        problems: { catalog: COMMON_PROBLEMS, logger: pino({ level: 'silent' }) },
        validateReplies: false,
      },
      clientLimiter: {
        check: () => ({ allowed: true, limit: 1, remaining: 1, windowSeconds: 1, resetSeconds: 1 }),
      },
      loadShedder: { enter: () => () => undefined },
      logger: pino({ level: 'silent' }),
      metrics: { observeRequest: () => undefined },
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

  async function replyTo(handled: unknown): Promise<{ status: number; body: unknown }> {
    result = handled as Reply;
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/v1/test-things`);
    return { status: response.status, body: await response.json() };
  }

  it('has no field that its schema does not declare, at any depth', async () => {
    const { status, body } = await replyTo({ name: 'desk', cost: 7, parts: [{ size: 1, secret: 'x' }] });
    expect(status).to.equal(200);
    expect(body).to.deep.equal({ name: 'desk', parts: [{ size: 1 }] });
  });

  for (const [what, handled] of Object.entries({
    'has another type': { name: 7, parts: [] },
    'is longer than its schema allows': { name: 'a long name', parts: [] },
    'is missing': { name: 'desk' },
  }))
    it(`is refused with 500 instead of being sent when a field ${what}`, async () => {
      const { status, body } = await replyTo(handled);
      expect(status).to.equal(500);
      expect(body).to.have.property('code', 'internal');
      expect(body).not.to.have.property('name');
    });
});
