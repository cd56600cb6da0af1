import { expect } from 'chai';
import { runPaymentsDoctor } from '../../src/platform/cli/doctor-payments.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { MINUTE } from '../../src/kernel/clock.js';
import type { PaymentGateway } from '../../src/kernel/payment-gateway.js';
import { makeGatewayHealth } from '../../src/platform/payments/gateway-health.js';
import { makeUser, startTestPraxis } from '../support/praxis.js';
import { FakeClock } from '../support/fakes/clock.js';
import { STAND_IN_KEY, STAND_IN_WEBHOOK_SECRET, StripeStandIn } from '../support/stripe/stand-in.js';

const ENDPOINT = 'https://praxis.test/v1/webhooks/stripe';

describe('PAYMENT_GATEWAY=stripe', () => {
  let standIn: StripeStandIn;
  beforeEach(async () => {
    standIn = await new StripeStandIn().start();
  });
  afterEach(() => standIn.stop());

  const settings = (more: Readonly<Record<string, string>> = {}) => ({
    PAYMENT_GATEWAY: 'stripe',
    STRIPE_SECRET_KEY: STAND_IN_KEY,
    STRIPE_WEBHOOK_SECRET: STAND_IN_WEBHOOK_SECRET,
    STRIPE_API_BASE: standIn.url,
    ...more,
  });
  const diagnose = async (more: Readonly<Record<string, string>> = {}) => {
    const lines: string[] = [];
    const env = settings({ PUBLIC_URL: 'https://praxis.test', ...more });
    const healthy = await runPaymentsDoctor(loadConfig(env, { cwd: '/nonexistent' }), (line) => {
      lines.push(line);
    });
    expect(lines.join('\n')).not.to.include('_standin').and.not.to.include('sk_');
    return { healthy, lines, faults: lines.filter((line) => line.startsWith('fault ')) };
  };

  describe('praxis doctor --payments', () => {
    it('tries every call in test mode and leaves no card and no open charge', async () => {
      standIn.state.add('webhook_endpoint', { url: ENDPOINT, status: 'enabled' });
      const { healthy, lines } = await diagnose();
      expect([healthy, lines.filter((line) => !line.startsWith('ok '))]).to.deep.equal([true, []]);
      expect(lines).to.have.length(10);
      const { state } = standIn;
      expect(state.all('payment_method').every((method) => method['customer'] === null)).to.equal(true);
      const open = state.all('payment_intent').filter(({ status }) => status === 'requires_action');
      expect(open).to.deep.equal([]);
    });

    it('reports a missing and a disabled webhook endpoint', async () => {
      const missing = await diagnose();
      expect([missing.healthy, missing.faults.length]).to.deep.equal([false, 1]);
      expect(missing.faults[0]).to.include(`no webhook endpoint has the address ${ENDPOINT}`);
      standIn.state.add('webhook_endpoint', { url: ENDPOINT, status: 'disabled' });
      expect((await diagnose()).faults[0]).to.include('is disabled');
    });

    it('reports a refused key and asks for nothing else', async () => {
      const { healthy, lines } = await diagnose({ STRIPE_SECRET_KEY: 'sk_test_refused' });
      expect([healthy, lines.length]).to.deep.equal([false, 1]);
      expect(lines[0]).to.match(/^fault {2}key +unauthenticated instead of ok; see docs\/payments.md$/);
    });

    it('charges no card with a live key', async () => {
      standIn.secretKeys = ['sk_live_standin'];
      standIn.state.add('webhook_endpoint', { url: ENDPOINT, status: 'enabled' });
      const { healthy, lines } = await diagnose({ STRIPE_SECRET_KEY: 'sk_live_standin' });
      expect([healthy, lines.length]).to.deep.equal([true, 2]);
      expect(standIn.requests.every((request) => request.startsWith('GET '))).to.equal(true);
    });
  });

  it('shows a refused key in the readiness, stays ready, and logs no secret', async () => {
    const praxis = await startTestPraxis(settings({ STRIPE_SECRET_KEY: 'sk_test_refused' }));
    try {
      let answer = await praxis.call('GET', '/readyz');
      for (let turn = 0; turn < 100 && answer.body.paymentGateway === undefined; turn += 1)
        answer = await praxis.call('GET', '/readyz');
      expect([answer.status, answer.body]).to.deep.equal([
        200,
        { status: 'ready', paymentGateway: 'unauthenticated' },
      ]);
      const member = await makeUser(praxis);
      const token = `cus_1.pm_1.${'A'.repeat(22)}`;
      const added = await praxis.call('POST', '/v1/me/cards', {
        token: member.accessToken,
        body: { gatewayToken: token },
      });
      expect([added.status, added.body.code]).to.deep.equal([422, 'invalid-card-token']);
      expect(praxis.logLines.join('')).not.to.include('sk_test_refused').and.not.to.include('whsec_');
    } finally {
      await praxis.stop();
    }
  });
});

describe('the health of the payment gateway', () => {
  it('is asked for in the background, at most once a minute', async () => {
    const clock = new FakeClock();
    const answers = ['unauthenticated', 'ok'] as const;
    let asked = 0;
    const check: PaymentGateway['check'] = () => Promise.resolve(answers[(asked += 1) - 1]!);
    const health = makeGatewayHealth({ paymentGateway: { check } as PaymentGateway, clock });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    expect(health()).to.equal('ok');
    await turn();
    expect([health(), health(), asked]).to.deep.equal(['unauthenticated', 'unauthenticated', 1]);
    clock.advance(MINUTE);
    health();
    await turn();
    expect([health(), asked]).to.deep.equal(['ok', 2]);
  });
});
