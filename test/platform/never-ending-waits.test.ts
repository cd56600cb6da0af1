import { PassThrough, Readable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import { expect } from 'chai';
import type { Context } from 'koa';
import { makeRenderThread } from '../../src/journal/infrastructure/render-thread.js';
import { DomainError } from '../../src/kernel/errors.js';
import { askOrNull } from '../../src/platform/cli/ask.js';
import { ConfigurationError } from '../../src/platform/config/configuration-error.js';
import { hasBody } from '../../src/platform/http/requests/body.js';
import { COMMON_PROBLEMS } from '../../src/platform/http/replies/problem-catalog.js';
import { ProtocolError } from '../../src/platform/http/replies/protocol-error.js';
import { toProblem } from '../../src/platform/http/replies/problems.js';
import { rejection } from '../support/rejection.js';

describe('waits for an event that never happens', () => {
  const contextOf = (req: Readable): Context =>
    ({ req, get: (name: string) => (name === 'transfer-encoding' ? 'chunked' : '') }) as unknown as Context;

  it('end for a body whose request was aborted before it is read', async () => {
    const request = new Readable({ read: () => undefined });
    request.destroy();
    expect(await rejection(hasBody(contextOf(request)))).to.be.instanceOf(ProtocolError);
  });

  it('end for a body whose request is aborted without an error', async () => {
    const request = new Readable({ read: () => undefined });
    const waiting = rejection(hasBody(contextOf(request)));
    request.destroy();
    expect(await waiting).to.be.instanceOf(ProtocolError);
  });

  it('end for queued texts when the render thread closes', async () => {
    const thread = makeRenderThread({ timeoutMs: 60_000, idleMs: 60_000, mostWaiting: 5 });
    const texts = ['one', 'two'].map((text) => rejection(thread.render('post', text)));
    await thread.close();
    for (const error of await Promise.all(texts)) {
      expect(error).to.be.instanceOf(DomainError);
      expect((error as DomainError).code).to.equal('unavailable');
    }
  });

  it('end for a prompt whose input ends', async () => {
    const input = new PassThrough();
    const answer = askOrNull(createInterface({ input, output: new PassThrough() }), 'Go on?');
    input.end();
    expect(await answer).to.equal(null);
  });
});

describe('a database session with settings that cannot be set', () => {
  it('answers 503 and logs the reason', () => {
    const fault = new ConfigurationError([
      { name: 'DATABASE_URL', problem: 'is wrong', remedy: 'correct it' },
    ]);
    const context = { catalog: COMMON_PROBLEMS, instance: '/v1/me', requestId: 'r', declared: null };
    const { status, document, unexpected } = toProblem(fault, context);
    expect([status, document.code, unexpected]).to.deep.equal([503, 'unavailable', true]);
    expect(document.detail).to.equal('The database cannot be used as it is set up at the moment.');
  });
});
