import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { MINUTE, SECOND } from '../../src/kernel/clock.js';
import type { ChargeRef, Webhook } from '../../src/kernel/payment-gateway.js';
import { thrown } from '../support/thrown.js';
import { DomainError } from '../../src/kernel/errors.js';
import { openStripe, type OpenStripe } from '../support/stripe/open-stripe.js';
import { closeDispute, finishPayout, openDispute, payOut } from '../support/stripe/payments.js';
import { finishSession } from '../support/stripe/sessions.js';
import type { SignedEvent } from '../support/stripe/webhooks.js';

describe('what Stripe reports', () => {
  let stripe: OpenStripe;
  beforeEach(async () => {
    stripe = await openStripe();
  });
  afterEach(() => stripe.standIn.stop());

  const captured = async (amount = 10_000): Promise<ChargeRef> => {
    const { gateway, token } = stripe;
    const charge = {
      key: randomUUID(),
      token: token('good'),
      amount,
      currency: 'EUR',
      description: 'Order 12',
      returnUrl: null,
    };
    const { reference } = await gateway.prepare(charge);
    await gateway.confirm({ ...charge, reference });
    return { key: charge.key, reference };
  };
  const read = ({ body, signature }: SignedEvent): Webhook => stripe.gateway.readWebhook({ body, signature });
  const refuses = (request: Readonly<{ body: Buffer; signature: string | undefined }>): void => {
    const error = thrown(() => stripe.gateway.readWebhook(request));
    expect(error).to.be.instanceOf(DomainError).and.include({ kind: 'malformed', code: 'webhook-signature' });
  };

  describe('by webhooks', () => {
    it('names the charge, refund, card setup, dispute or payout to ask about, with an id per event', async () => {
      const { standIn, gateway } = stripe;
      const charge = await captured();
      const refund = { key: randomUUID(), charge, amount: 1 };
      await gateway.refund(refund);
      const setup = await gateway.prepareCardSetup({ key: randomUUID(), returnUrl: 'https://praxis.test' });
      finishSession(standIn.state, setup.reference, 'good');
      const { id: disputeId } = openDispute(standIn.state, charge.reference!);
      const { id: payoutId } = payOut(standIn.state);
      const webhooks = standIn.webhooks.all().map(read);
      expect(webhooks.map(({ subject }) => subject)).to.deep.include.members([
        { kind: 'charge', key: charge.key },
        { kind: 'refund', key: refund.key },
        { kind: 'cardSetup', reference: setup.reference },
        { kind: 'dispute', id: disputeId },
        { kind: 'payout', id: payoutId },
      ]);
      expect(new Set(webhooks.map(({ eventId }) => eventId)).size).to.equal(webhooks.length);
    });

    it('reads duplicate and late deliveries the same way', async () => {
      const { standIn, clock } = stripe;
      await captured();
      const first = standIn.webhooks.all().map(read);
      clock.advance(60 * MINUTE);
      const late = standIn.webhooks.all().reverse().map(read);
      expect(late.reverse()).to.deep.equal(first);
    });

    it('names nothing for objects of other programs on the account', () => {
      const { standIn } = stripe;
      const { state } = standIn;
      for (const kind of ['payment_intent', 'refund', 'customer'])
        state.emit(`${kind}.created`, state.add(kind, { metadata: { order: '6735' } }));
      expect(standIn.webhooks.all().map((event) => read(event).subject)).to.deep.equal([null, null, null]);
    });

    it('refuses a changed body, another secret, and a missing or empty signature', async () => {
      const { standIn } = stripe;
      await captured();
      const [event] = standIn.webhooks.all();
      const { body, signature } = event!;
      refuses({ body: Buffer.from(`${body.toString()} `), signature });
      for (const other of [undefined, '', 'v1=00', signature.replace('v1=', 'v0=')])
        refuses({ body, signature: other });
      standIn.webhooks.secret = 'whsec_other';
      refuses(standIn.webhooks.all()[0]!);
    });

    it('refuses a signature older than five minutes', async () => {
      const { standIn, clock } = stripe;
      await captured();
      const [event] = standIn.webhooks.all();
      clock.advance(5 * MINUTE);
      expect(read(event!).eventId).to.match(/^evt_/);
      clock.advance(SECOND);
      refuses(event!);
    });

    it('accepts both secrets while they are rotated', async () => {
      const { standIn, open } = stripe;
      await captured();
      const gateway = open({ webhookSecrets: ['whsec_new', 'whsec_old'] });
      for (const secret of ['whsec_new', 'whsec_old']) {
        standIn.webhooks.secret = secret;
        const [event] = standIn.webhooks.all();
        expect(gateway.readWebhook(event!).subject).to.have.property('kind', 'charge');
      }
    });
  });

  describe('in lists', () => {
    it('reports payouts with their fees, so that charges less refunds equal amount and fee', async () => {
      const { standIn, gateway } = stripe;
      const charge = await captured(10_000);
      await captured(5_000);
      await gateway.refund({ key: randomUUID(), charge, amount: 2_000 });
      const { id } = payOut(standIn.state);
      const fee = 175 + 100;
      const pending = { id, amount: 13_000 - fee, fee, currency: 'EUR', arrivesOn: '2026-11-23' };
      expect(await gateway.listPayouts({ after: null, limit: 10 })).to.deep.equal([
        { ...pending, status: 'pending' },
      ]);
      finishPayout(standIn.state, id, 'paid');
      expect(await gateway.findPayout(id)).to.deep.equal({ ...pending, status: 'paid' });
      expect(await gateway.findPayout('po_none')).to.equal(undefined);
    });

    it('counts the fees of more than a page of transactions', async () => {
      const { standIn, gateway } = stripe;
      const add = (type: string, amount: number, fee: number) =>
        standIn.state.add('balance_transaction', { type, amount, fee, net: amount - fee });
      for (let turn = 0; turn < 150; turn += 1) add('charge', 100, 2);
      add('stripe_fee', -500, 0);
      const { id } = payOut(standIn.state);
      expect(await gateway.findPayout(id)).to.include({ amount: 15_000 - 300 - 500, fee: 800 });
    });

    it('pages from the oldest to the newest after an id', async () => {
      const { standIn, gateway } = stripe;
      const ids = Array.from({ length: 5 }, () => payOut(standIn.state).id);
      const idsOf = async (after: string | null, limit: number) =>
        (await gateway.listPayouts({ after, limit })).map(({ id }) => id);
      expect(await idsOf(null, 2)).to.deep.equal(ids.slice(3));
      expect(await idsOf(ids[0]!, 2)).to.deep.equal(ids.slice(1, 3));
      expect(await idsOf(ids[2]!, 10)).to.deep.equal(ids.slice(3));
      expect(await idsOf(ids[4]!, 10)).to.deep.equal([]);
    });

    it('reports disputes about our charges alone, until they are lost or won', async () => {
      const { standIn, gateway } = stripe;
      const { state } = standIn;
      const foreign = state.add('payment_intent', { amount: 1, currency: 'eur', metadata: {} });
      const first = await captured(1_000);
      const { id } = openDispute(state, first.reference!);
      for (let turn = 0; turn < 3; turn += 1) openDispute(state, foreign.id);
      const second = await captured(2_000);
      const { id: otherId } = openDispute(state, second.reference!);
      const dispute = { id, chargeKey: first.key, amount: 1_000, currency: 'EUR', status: 'open' };
      expect(await gateway.findDispute(id)).to.deep.equal(dispute);
      expect(await gateway.listDisputes({ after: null, limit: 10 })).to.deep.equal([
        dispute,
        { id: otherId, chargeKey: second.key, amount: 2_000, currency: 'EUR', status: 'open' },
      ]);
      const next = await gateway.listDisputes({ after: id, limit: 1 });
      expect(next.map((each) => each.id)).to.deep.equal([otherId]);
      closeDispute(state, id, 'lost');
      closeDispute(state, otherId, 'won');
      expect((await gateway.findDispute(id))?.status).to.equal('lost');
      expect((await gateway.findDispute(otherId))?.status).to.equal('won');
    });
  });
});
