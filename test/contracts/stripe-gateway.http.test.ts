import { makeAsync } from '../support/in-memory/adapters.js';
import type { TestCardName } from '../support/stripe/cards.js';
import { openStripe, type OpenStripe } from '../support/stripe/open-stripe.js';
import { authenticate } from '../support/stripe/payments.js';
import { finishSession } from '../support/stripe/sessions.js';
import { type GatewayUnderTest, paymentGatewayContract } from './payment-gateway.contract.js';

const lastSegment = (url: string): string => url.split('/').at(-1)!;

describe('Stripe, over its stand-in', () => {
  let stripe: OpenStripe;
  let underTest: GatewayUnderTest;
  before(async () => {
    stripe = await openStripe();
    const { standIn, gateway, open, token, expire } = stripe;
    const elsewhere = open();
    const finishAction: GatewayUnderTest['finishAction'] = makeAsync((_key, url, outcome) => {
      const id = lastSegment(url);
      if (id.startsWith('pi_')) authenticate(standIn.state, id, outcome === 'completed');
      else if (outcome === 'completed') finishSession(standIn.state, id, 'good');
    });
    underTest = {
      gateway: () => gateway,
      elsewhere: () => elsewhere,
      token: makeAsync((card: TestCardName) => token(card)),
      finishAction,
      finishCardSetup: makeAsync((url, card) => finishSession(standIn.state, lastSegment(url), card)),
      expire,
    };
  });
  after(() => stripe.standIn.stop());
  paymentGatewayContract(() => underTest);
});
