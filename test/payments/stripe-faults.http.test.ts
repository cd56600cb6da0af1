import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import {
  type Charge,
  type ChargeRef,
  GatewayTimeout,
  GatewayUnavailable,
} from '../../src/kernel/payment-gateway.js';
import { expectCode } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';
import type { TestCardName } from '../support/stripe/cards.js';
import { openStripe, type OpenStripe } from '../support/stripe/open-stripe.js';
import type { Fault } from '../support/stripe/stand-in.js';

const CREATE = /^POST \/v1\/payment_intents$/;
const CONFIRM = /^POST .*\/confirm$/;
const REFUND = /^POST \/v1\/refunds$/;

/** Faults after which the same request with the same key succeeds. */
const PASSING: readonly Fault[] = [
  ...(['timeout', 'reset', 409, 429, 500] as const).map((what) => ({ when: 'before', what }) as const),
  ...(['timeout', 'reset', 409, 500] as const).map((what) => ({ when: 'after', what }) as const),
];

describe('Stripe when it fails', () => {
  let stripe: OpenStripe;
  before(async () => {
    stripe = await openStripe();
  });
  afterEach(() => {
    stripe.standIn.heal();
    stripe.standIn.requests.length = 0;
  });
  after(() => stripe.standIn.stop());

  const aCharge = (card: TestCardName = 'good', changes: Partial<Charge> = {}): Charge => ({
    key: randomUUID(),
    token: stripe.token(card),
    amount: 1999,
    currency: 'EUR',
    description: 'Order 12',
    returnUrl: null,
    ...changes,
  });
  const prepared = async (charge = aCharge()): Promise<Charge & ChargeRef> => ({
    ...charge,
    ...(await stripe.gateway.prepare(charge)),
  });
  const captured = async (): Promise<Charge & ChargeRef> => {
    const charge = await prepared();
    expect((await stripe.gateway.confirm(charge)).status).to.equal('captured');
    return charge;
  };
  const capturesOf = ({ reference }: ChargeRef): number =>
    stripe.standIn.state.captures.get(String(reference)) ?? 0;
  const requestsOf = (pattern: RegExp): number =>
    stripe.standIn.requests.filter((request) => pattern.test(request)).length;

  for (const fault of PASSING) {
    const name = `${fault.what} ${fault.when} the effect`;
    it(`repeats a creation with the same key after ${name}`, async () => {
      const { standIn, gateway } = stripe;
      const charge = aCharge();
      const before = standIn.state.all('payment_intent').length;
      standIn.fail(CREATE, fault);
      const { reference } = await gateway.prepare(charge);
      expect(await gateway.prepare(charge)).to.deep.equal({ reference });
      expect(standIn.state.all('payment_intent').length).to.equal(before + 1);
    });

    it(`captures once after ${name}`, async () => {
      const charge = await prepared();
      stripe.standIn.fail(CONFIRM, fault);
      expect((await stripe.gateway.confirm(charge)).status).to.equal('captured');
      expect(capturesOf(charge)).to.equal(1);
    });

    it(`refunds once after ${name}`, async () => {
      const charge = await captured();
      stripe.standIn.fail(REFUND, fault);
      const { status } = await stripe.gateway.refund({ key: randomUUID(), charge, amount: 1999 });
      expect(status).to.equal('succeeded');
      expect((await stripe.gateway.refund({ key: randomUUID(), charge, amount: 1 })).status).to.equal(
        'failed',
      );
    });
  }

  for (const fault of [
    { when: 'before', what: 'timeout' },
    { when: 'after', what: 'timeout' },
    { when: 'before', what: 500 },
    { when: 'after', what: 409 },
  ] as const)
    it(`leaves a charge in doubt when ${fault.what} ${fault.when} the effect persists, and settles it by retrieving`, async () => {
      const { standIn, gateway } = stripe;
      const charge = await prepared();
      standIn.fail(CONFIRM, fault, 20);
      expect(await rejection(gateway.confirm(charge))).to.be.instanceOf(GatewayTimeout);
      standIn.heal();
      standIn.forgetIdempotencyKeys();
      const isCaptured = fault.when === 'after';
      expect((await gateway.find(charge)).status).to.equal(isCaptured ? 'captured' : 'processing');
      expect((await gateway.cancel(charge)).status).to.equal(isCaptured ? 'captured' : 'unknown');
      expect((await gateway.confirm(charge)).status).to.equal(isCaptured ? 'captured' : 'unknown');
      expect(capturesOf(charge)).to.equal(isCaptured ? 1 : 0);
    });

  it('leaves a refund in doubt, and finds it without a reference', async () => {
    const { standIn, gateway } = stripe;
    const charge = await captured();
    const refund = { key: randomUUID(), charge, amount: 500 };
    standIn.fail(REFUND, { when: 'after', what: 'timeout' }, 20);
    expect(await rejection(gateway.refund(refund))).to.be.instanceOf(GatewayTimeout);
    standIn.heal();
    expect(await gateway.findRefund({ ...refund, reference: null })).to.equal('succeeded');
  });

  it('is unavailable after a bounded number of rate limits, and nothing was charged', async () => {
    const { standIn, gateway } = stripe;
    const charge = await prepared();
    standIn.fail(CONFIRM, { when: 'before', what: 429 }, 20);
    expect(await rejection(gateway.confirm(charge))).to.be.instanceOf(GatewayUnavailable);
    expect([requestsOf(CONFIRM), capturesOf(charge)]).to.deep.equal([3, 0]);
  });

  it('is unavailable when nothing listens, and when a call that reads gets no answer', async () => {
    const { standIn, gateway } = stripe;
    const charge = await prepared();
    standIn.fail(/^GET/, { when: 'before', what: 'timeout' }, 20);
    expect(await rejection(gateway.find(charge))).to.be.instanceOf(GatewayUnavailable);
    expect(await gateway.check()).to.equal('unreachable');
    const gone = await openStripe();
    await gone.standIn.stop();
    expect(await rejection(gone.gateway.confirm(charge))).to.be.instanceOf(GatewayUnavailable);
    expect(await gone.gateway.check()).to.equal('unreachable');
  });

  it('is unauthenticated with a refused key: charges nothing, asks once and logs no secret', async () => {
    const refused = stripe.open({ secretKey: 'sk_test_of_somebody_else' });
    const charge = await prepared();
    expect(await refused.check()).to.equal('unauthenticated');
    stripe.standIn.requests.length = 0;
    expect(await rejection(refused.confirm(charge))).to.be.instanceOf(GatewayUnavailable);
    expect([requestsOf(CONFIRM), capturesOf(charge)]).to.deep.equal([1, 0]);
    expect(stripe.logLines.join('')).to.include('the payment gateway refuses our secret key');
    expect(stripe.logLines.join('')).not.to.include('sk_test');
  });

  it('throws an error without data for a request that Stripe considers wrong', async () => {
    const charge = aCharge('good', { amount: 0, description: 'Mia Member' });
    const error = await rejection(stripe.gateway.prepare(charge));
    expect(String(error)).to.equal(
      'Error: the payment gateway considers a request of ours wrong (parameter_invalid_integer)',
    );
    const line = stripe.logLines.find((each) => each.includes('parameter_invalid_integer'))!;
    expect(JSON.parse(line)).to.include({ param: 'amount', status: 400 });
    expect(line).not.to.include('Mia');
  });

  for (const [card, reason] of [
    ['insufficientFunds', 'insufficient_funds'],
    ['expired', 'expired_card'],
    ['stolen', 'card_declined'],
  ] as const)
    it(`declines with ${reason} for the card ${card}`, async () => {
      const charge = await prepared(aCharge(card));
      for (const state of [await stripe.gateway.confirm(charge), await stripe.gateway.find(charge)])
        expect(state).to.deep.equal({ status: 'declined', reason });
    });

  it('refuses tokens that a client has put together from known ids', async () => {
    const { standIn, gateway, token } = stripe;
    const { customer, paymentMethod } = standIn.state.saveCard('good');
    const mac = token('other').split('.')[2];
    await expectCode(gateway.describe(`${customer}.${paymentMethod}.${mac}`), 'invalid-card-token');
  });

  it('refuses a card that was deleted at Stripe', async () => {
    const { gateway } = stripe;
    const charge = aCharge();
    await gateway.detach(charge.token);
    await expectCode(gateway.describe(charge.token), 'invalid-card-token');
    await expectCode(gateway.prepare(charge), 'invalid-card-token');
  });

  it('lets a payer try another card on the hosted page after a decline', async () => {
    const { standIn, gateway } = stripe;
    const { key, amount, currency, description } = aCharge();
    const hosted = { key, amount, currency, description, returnUrl: 'https://praxis.test/paid' };
    const { reference, action } = await gateway.prepareHosted(hosted);
    const pay = (choice: string) => fetch(`${action.url}?choice=${choice}`, { method: 'POST' });
    await pay('declined');
    expect((await gateway.find({ key, reference })).status).to.equal('actionRequired');
    await pay('other');
    expect(await gateway.find({ key, reference })).to.deep.equal({ status: 'captured', cardLast4: '4444' });
    const [intent] = standIn.state.all('payment_intent');
    expect(intent!['metadata']).to.deep.equal({ praxis_payment: key });
  });
});
