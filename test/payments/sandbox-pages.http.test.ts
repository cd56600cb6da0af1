import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { PaymentGateway } from '../../src/kernel/payment-gateway.js';
import { startTestPraxis, type TestPraxis } from '../support/praxis.js';

const RETURN_URL = 'https://front.example/orders/1?a=1&b="2"';

describe('the pages of the sandbox gateway', () => {
  let praxis: TestPraxis;
  let gateway: PaymentGateway;
  before(async () => {
    praxis = await startTestPraxis();
    gateway = (praxis.container.cradle as { paymentGateway: PaymentGateway }).paymentGateway;
  });
  after(() => praxis.stop());

  const pathOf = (url: string): string => url.slice(praxis.url.length);
  /** Without a check against the document, which omits these pages. */
  const call = (method: string, path: string) => fetch(`${praxis.url}${path}`, { method });
  const waiting = async (): Promise<Readonly<{ key: string; path: string }>> => {
    const key = randomUUID();
    const charge = {
      key,
      token: 'tok_action',
      amount: 1999,
      currency: 'EUR',
      description: 'Order <12>',
      returnUrl: RETURN_URL,
      reference: null,
    };
    const state = await gateway.confirm(charge);
    if (state.status !== 'actionRequired') throw new Error(state.status);
    return { key, path: pathOf(state.action.url) };
  };

  for (const [outcome, status] of [
    ['completed', 'captured'],
    ['refused', 'declined'],
  ] as const)
    it(`let the payer have a payment ${outcome}, once`, async () => {
      const { key, path } = await waiting();
      const shown = await call('GET', path);
      expect([shown.status, shown.headers.get('cache-control')]).to.deep.equal([200, 'no-store']);
      expect(await shown.text())
        .to.include('Order &lt;12&gt;: 19.99 EUR')
        .and.include(`?outcome=${outcome}`);
      expect(shown.headers.get('content-security-policy')).to.include("form-action 'self'");
      const done = await call('POST', `${path}?outcome=${outcome}`);
      expect(await done.text()).to.include('href="https://front.example/orders/1?a=1&amp;b=&quot;2&quot;"');
      await call('POST', `${path}?outcome=${outcome === 'refused' ? 'completed' : 'refused'}`);
      expect((await gateway.find({ key, reference: null })).status).to.equal(status);
    });

  it('change nothing when they are only opened, or for another outcome', async () => {
    const { key, path } = await waiting();
    await call('GET', `${path}?outcome=completed`);
    await call('POST', `${path}?outcome=captured`);
    expect((await gateway.find({ key, reference: null })).status).to.equal('actionRequired');
  });

  it('save a card', async () => {
    const { reference, url } = await gateway.prepareCardSetup({ key: randomUUID(), returnUrl: RETURN_URL });
    const path = pathOf(url);
    expect(await (await call('GET', path)).text()).to.include('?card=tok_visa_4242');
    await call('POST', `${path}?card=tok_timeout`);
    expect(await gateway.findCardSetup(reference)).to.deep.equal({ status: 'open' });
    await call('POST', `${path}?card=tok_action`);
    expect(await gateway.findCardSetup(reference)).to.deep.equal({ status: 'saved', token: 'tok_action' });
  });

  it('answer 404 for what the sandbox does not know, and 405 for other methods', async () => {
    for (const path of ['/sandbox-payments/none', '/sandbox-cards/none'])
      for (const method of ['GET', 'POST']) expect((await praxis.call(method, path)).status).to.equal(404);
    const answer = await praxis.call('PUT', '/sandbox-cards/none');
    expect([answer.status, answer.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD, OPTIONS, POST']);
  });

  it('do not exist with another gateway', async () => {
    const desk = await startTestPraxis({ PAYMENT_GATEWAY: 'desk' });
    for (const path of ['/sandbox-payments/none', '/sandbox-cards/none'])
      expect((await desk.call('POST', path)).body).to.include({ detail: 'There is nothing at this path.' });
    await desk.stop();
  });
});
