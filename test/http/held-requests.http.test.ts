import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asFunction } from 'awilix';
import { expect } from 'chai';
import { pino } from 'pino';
import { z } from 'zod';
import type { Cradle } from '../../src/container.js';
import { DomainError } from '../../src/kernel/errors.js';
import type { IdempotencyKeys, IdempotencyKey } from '../../src/kernel/idempotency-key.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { makeUnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { createApplication } from '../../src/platform/http/routing/application.js';
import { COMMON_PROBLEMS } from '../../src/platform/http/replies/problem-catalog.js';
import { defineRoute } from '../../src/platform/http/routing/route.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';

type Ports = Readonly<{ idempotencyKey: IdempotencyKey; idempotencyKeys: IdempotencyKeys }>;
type Outcome = 'paid' | 'declined' | 'crash';
type Pay = (command: { outcome: Outcome; wait?: Promise<void> }) => Promise<{ paid: boolean }>;

const DECLINED = new DomainError('payment_refused', 'card-declined', 'The card was declined.');
const catalog = {
  ...COMMON_PROBLEMS,
  'card-declined': { status: 402, title: 'Declined', explanation: '-', remedy: '-' },
};

/** A use case of two transactions with something slow between them, reduced to its use of the key. */
describe('a request that reserves its Idempotency-Key', () => {
  let opened: OnPostgres<Cradle & { testUnitOfWork: UnitOfWork<Ports> }>;
  let server: Server;
  let url: string;
  let charges = 0;
  let handle: string | null = null;
  let gate: Promise<void> | undefined;

  const route = defineRoute<{ pay: Pay }>()({
    method: 'post',
    path: '/v1/test-payments',
    operationId: 'payTest',
    tag: 'test',
    summary: 'Pay',
    allow: 'anyone',
    body: z.strictObject({ outcome: z.enum(['paid', 'declined', 'crash']) }),
    idempotency: 'required',
    status: 201,
    reply: z.object({ paid: z.boolean() }),
    problems: ['card-declined'],
    handle: ({ body }, { pay }) => pay(body),
    resume: (_request, _deps, reference) => {
      if (reference === 'order-declined') throw DECLINED;
      return Promise.resolve({ paid: true });
    },
  });

  before(async () => {
    opened = await openOnPostgres();
    const { container } = opened;
    container.register({
      testUnitOfWork: asFunction(makeUnitOfWork<Ports>).scoped(),
      pay: asFunction(
        ({ testUnitOfWork }: { testUnitOfWork: UnitOfWork<Ports> }): Pay =>
          async ({ outcome }) => {
            handle = await testUnitOfWork.runInNewTransaction(({ idempotencyKey }) =>
              idempotencyKey.reserve(`order-${outcome}`),
            );
            await gate;
            charges += 1;
            if (outcome === 'crash') throw new Error('the process goes away here');
            if (outcome === 'declined') throw DECLINED;
            return testUnitOfWork.run(() => Promise.resolve({ paid: true }));
          },
      ).scoped(),
    });
    const { cradle } = opened;
    const logger = pino({ level: 'silent' });
    const application = createApplication({
      routes: [route],
      pages: [],
      catalog,
      services: {
        container,
        anonymousReads: container,
        authenticate: cradle.authenticate,
        idempotency: cradle.idempotency,
        cursorCodec: cradle.cursorCodec,
        rateLimits: cradle.rateLimits,
        turns: cradle.turns,
        problems: { catalog, logger },
        validateReplies: true,
      },
      clientLimiter: cradle.clientLimiter,
      loadShedder: cradle.loadShedder,
      logger,
      metrics: cradle.metrics,
      publicUrl: 'https://praxis.test',
      corsOrigins: [],
      onRefused: () => undefined,
      trustProxy: false,
    });
    const listener = application.callback();
    server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/test-payments`;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await opened.close();
  });
  beforeEach(() => {
    charges = 0;
    gate = undefined;
  });

  const pay = async (key: string, outcome: Outcome) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ outcome }),
    });
    const replayed = response.headers.get('idempotent-replayed') === 'true';
    return { status: response.status, replayed, body: (await response.json()) as { code?: string } };
  };

  it('answers retries with 409 while it runs, and with its response afterwards', async () => {
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const first = pay('k-1', 'paid');
    while (handle === null) await new Promise((done) => setTimeout(done, 5));
    const waiting = await Promise.all(Array.from({ length: 10 }, () => pay('k-1', 'paid')));
    expect(waiting.map(({ status }) => status)).to.deep.equal(Array.from({ length: 10 }, () => 409));
    open();
    expect((await first).status).to.equal(201);
    expect(await pay('k-1', 'paid')).to.deep.equal({ status: 201, replayed: true, body: { paid: true } });
    expect(charges).to.equal(1);
  });

  it('processes one of 30 concurrent requests', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => pay('k-30', 'paid')));
    expect(answers.filter(({ status, replayed }) => status === 201 && !replayed)).to.have.length(1);
    for (const { status, body } of answers)
      if (status !== 201) expect([status, body.code]).to.deep.equal([409, 'request-in-flight']);
    expect(charges).to.equal(1);
  });

  it('stores a refused payment as the response', async () => {
    const first = await pay('k-2', 'declined');
    expect([first.status, first.replayed, first.body.code]).to.deep.equal([402, false, 'card-declined']);
    expect(await pay('k-2', 'declined')).to.deep.equal({ ...first, replayed: true });
    expect(charges).to.equal(1);
  });

  it('answers retries with 409 after a crash until the key is released, and then from the stored result', async () => {
    expect((await pay('k-3', 'crash')).status).to.equal(500);
    expect((await pay('k-3', 'crash')).status).to.equal(409);
    const { testUnitOfWork } = opened.cradle;
    await testUnitOfWork.run(({ idempotencyKeys }) => idempotencyKeys.release(handle!));
    expect(await pay('k-3', 'crash')).to.deep.equal({ status: 201, replayed: false, body: { paid: true } });
    expect(await pay('k-3', 'crash')).to.deep.equal({ status: 201, replayed: true, body: { paid: true } });
    expect(charges).to.equal(1);
  });

  it('rejects another body under a reserved key', async () => {
    await pay('k-4', 'crash');
    expect((await pay('k-4', 'paid')).body.code).to.equal('idempotency-key-reused');
  });
});
