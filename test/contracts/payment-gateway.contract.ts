import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Charge, ChargeRef, PaymentGateway } from '../../src/kernel/payment-gateway.js';
import { expectCode } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';

export type CardKind = 'good' | 'other' | 'declined' | 'needsAuthentication' | 'refundsRefused';

/** A gateway under test and the people behind it: payers on its pages, members who save cards. */
export interface GatewayUnderTest {
  gateway(): PaymentGateway;
  /** The same gateway in another process. */
  elsewhere(): PaymentGateway;
  /** A token of a saved card. */
  token(card: CardKind): Promise<string>;
  /** The payer confirms or refuses on the page at `url`. */
  finishAction(key: string, url: string, outcome: 'completed' | 'refused'): Promise<void>;
  finishCardSetup(url: string, card: CardKind): Promise<void>;
  /** Lets the time pass after which actions and pages expire. */
  expire(): void | Promise<void>;
}

const key = (): string => randomUUID();
const RETURN_URL = 'https://praxis.test/paid';

/** What billing relies on, whatever the gateway. */
export function paymentGatewayContract(open: () => GatewayUnderTest): void {
  const gateway = () => open().gateway();
  const elsewhere = () => open().elsewhere();

  const aCharge = async (card: CardKind, changes: Partial<Charge> = {}): Promise<Charge> => ({
    key: key(),
    token: await open().token(card),
    amount: 1999,
    currency: 'EUR',
    description: 'Order 12',
    returnUrl: null,
    ...changes,
  });
  const take = async (charge: Charge, by = gateway()) => {
    const { reference } = await by.prepare(charge);
    const state = await by.confirm({ ...charge, reference });
    return { state, ref: { key: charge.key, reference } satisfies ChargeRef };
  };
  const captured = async (card: CardKind, amount: number): Promise<ChargeRef> => {
    const { state, ref } = await take(await aCharge(card, { amount }));
    expect(state.status).to.equal('captured');
    return ref;
  };
  const refund = async (charge: ChargeRef, amount: number, refundKey = key()) =>
    (await gateway().refund({ key: refundKey, charge, amount })).status;

  describe('describing a card', () => {
    it('returns brand, last digits, expiry and one fingerprint per physical card', async () => {
      const [good, again, other] = [
        await gateway().describe(await open().token('good')),
        await gateway().describe(await open().token('good')),
        await gateway().describe(await open().token('other')),
      ];
      expect(good).to.include({ brand: 'visa', last4: '4242' });
      expect(good.expMonth).to.be.within(1, 12);
      expect(good.expYear).to.be.greaterThan(2025);
      expect(again.fingerprint).to.equal(good.fingerprint);
      expect(other.fingerprint).not.to.equal(good.fingerprint);
    });

    it('does not know other tokens', async () => {
      for (const token of ['', 'nonsense', '4242'])
        expect((await expectCode(gateway().describe(token), 'invalid-card-token')).kind).to.equal('invalid');
    });
  });

  describe('charging', () => {
    it('captures, and any process finds the charge', async () => {
      const { state, ref } = await take(await aCharge('good'));
      expect(state).to.deep.equal({ status: 'captured', cardLast4: '4242' });
      expect(await elsewhere().find(ref)).to.deep.equal(state);
    });

    it('does not know a charge that it never received', async () => {
      expect(await gateway().find({ key: key(), reference: null })).to.deep.equal({ status: 'unknown' });
    });

    it('declines with a reason, and find returns the same', async () => {
      const { state, ref } = await take(await aCharge('declined'));
      expect(state).to.deep.equal({ status: 'declined', reason: 'card_declined' });
      expect(await elsewhere().find(ref)).to.deep.equal(state);
    });

    it('charges a key once for repeated calls from any process', async () => {
      const charge = await aCharge('good', { amount: 100 });
      const taken = await Promise.all([
        take(charge),
        take(charge, elsewhere()),
        take(charge),
        take(charge, elsewhere()),
      ]);
      expect(new Set(taken.map(({ ref }) => ref.reference)).size).to.equal(1);
      expect(taken.map(({ state }) => state.status)).to.deep.equal(Array(4).fill('captured'));
      expect(await refund(taken[0].ref, 101)).to.equal('failed');
      expect(await refund(taken[0].ref, 100)).to.equal('succeeded');
    });

    it('throws for a key that comes again with another amount', async () => {
      const charge = await aCharge('good');
      await take(charge);
      await rejection(take({ ...charge, amount: 1 }));
    });
  });

  describe('a card that needs authentication', () => {
    it('is declined when the payer is absent', async () => {
      const { state, ref } = await take(await aCharge('needsAuthentication'));
      expect(state).to.deep.equal({ status: 'declined', reason: 'authentication_required' });
      expect(await gateway().find(ref)).to.deep.equal(state);
    });

    for (const [outcome, status] of [
      ['completed', 'captured'],
      ['refused', 'declined'],
    ] as const)
      it(`is ${status} when the payer has ${outcome} the payment`, async () => {
        const charge = await aCharge('needsAuthentication', { returnUrl: RETURN_URL });
        const { state, ref } = await take(charge);
        if (state.status !== 'actionRequired') throw new Error(state.status);
        expect((await elsewhere().find(ref)).status).to.equal('actionRequired');
        await open().finishAction(charge.key, state.action.url, outcome);
        expect((await elsewhere().find(ref)).status).to.equal(status);
        expect((await gateway().confirm({ ...charge, ...ref })).status).to.equal(status);
      });

    it('is not charged after the action has expired', async () => {
      const charge = await aCharge('needsAuthentication', { returnUrl: RETURN_URL });
      const { state, ref } = await take(charge);
      if (state.status !== 'actionRequired') throw new Error(state.status);
      await open().expire();
      expect(await gateway().find(ref)).to.deep.equal({ status: 'unknown' });
      await open().finishAction(charge.key, state.action.url, 'completed');
      expect(await gateway().find(ref)).to.deep.equal({ status: 'unknown' });
    });
  });

  describe('cancelling', () => {
    it('closes a prepared charge for a confirm that comes later', async () => {
      const charge = await aCharge('good');
      const { reference } = await gateway().prepare(charge);
      const ref = { key: charge.key, reference };
      expect(await elsewhere().cancel(ref)).to.deep.equal({ status: 'unknown' });
      expect(await gateway().confirm({ ...charge, reference })).to.deep.equal({ status: 'unknown' });
      expect(await elsewhere().find(ref)).to.deep.equal({ status: 'unknown' });
    });

    it('closes a charge that waits for the payer', async () => {
      const charge = await aCharge('needsAuthentication', { returnUrl: RETURN_URL });
      const { state, ref } = await take(charge);
      if (state.status !== 'actionRequired') throw new Error(state.status);
      expect(await gateway().cancel(ref)).to.deep.equal({ status: 'unknown' });
      await open().finishAction(charge.key, state.action.url, 'completed');
      expect(await gateway().find(ref)).to.deep.equal({ status: 'unknown' });
    });

    it('returns captured when it is too late, and never captures twice', async () => {
      const ref = await captured('good', 500);
      for (let turn = 0; turn < 2; turn += 1)
        expect(await gateway().cancel(ref)).to.deep.equal({ status: 'captured', cardLast4: '4242' });
    });

    it('leaves a declined charge uncaptured', async () => {
      const { ref } = await take(await aCharge('declined'));
      expect((await gateway().cancel(ref)).status).to.be.oneOf(['declined', 'unknown']);
    });
  });

  describe('the gateway’s payment page', () => {
    const hosted = { amount: 700, currency: 'EUR', description: 'Order 13', returnUrl: RETURN_URL };
    it('takes the money once, and the same key opens the same page', async () => {
      const charge = { ...hosted, key: key() };
      const opened = await gateway().prepareHosted(charge);
      const again = await elsewhere().prepareHosted(charge);
      expect([again.reference, again.action.url]).to.deep.equal([opened.reference, opened.action.url]);
      const ref = { key: charge.key, reference: opened.reference };
      expect((await elsewhere().find(ref)).status).to.equal('actionRequired');
      await open().finishAction(charge.key, opened.action.url, 'completed');
      expect(await elsewhere().find(ref)).to.deep.equal({ status: 'captured', cardLast4: '4242' });
      expect(await refund(ref, 701)).to.equal('failed');
      expect(await refund(ref, 700)).to.equal('succeeded');
    });

    it('takes nothing after it was cancelled or has expired', async () => {
      const [one, two] = [
        { ...hosted, key: key() },
        { ...hosted, key: key() },
      ];
      const [cancelled, expired] = [await gateway().prepareHosted(one), await gateway().prepareHosted(two)];
      const refs = [
        { key: one.key, reference: cancelled.reference },
        { key: two.key, reference: expired.reference },
      ] as const;
      expect(await gateway().cancel(refs[0])).to.deep.equal({ status: 'unknown' });
      await open().expire();
      await open().finishAction(one.key, cancelled.action.url, 'completed');
      await open().finishAction(two.key, expired.action.url, 'completed');
      for (const ref of refs) expect(await gateway().find(ref)).to.deep.equal({ status: 'unknown' });
    });
  });

  describe('refunding', () => {
    it('refunds in parts up to the captured amount, each key once', async () => {
      const charge = await captured('good', 1000);
      const first = { key: key(), charge, amount: 400 };
      expect(await gateway().findRefund({ ...first, reference: null })).to.equal('unknown');
      const { status, reference } = await gateway().refund(first);
      expect(status).to.equal('succeeded');
      expect(await elsewhere().refund(first)).to.deep.equal({ status, reference });
      for (const known of [reference, null])
        expect(await elsewhere().findRefund({ ...first, reference: known })).to.equal('succeeded');
      await rejection(gateway().refund({ ...first, amount: 500 }));
      expect(await refund(charge, 601)).to.equal('failed');
      expect(await refund(charge, 600)).to.equal('succeeded');
    });

    it('refunds no more than the captured amount to ten concurrent calls', async () => {
      const charge = await captured('good', 1000);
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, async (_, turn) => {
          const by = turn % 2 ? gateway() : elsewhere();
          return (await by.refund({ key: key(), charge, amount: 200 })).status;
        }),
      );
      expect(outcomes.filter((outcome) => outcome === 'succeeded')).to.have.length(5);
    });

    it('fails for a charge that was not captured', async () => {
      const { ref } = await take(await aCharge('declined'));
      expect(await refund(ref, 1)).to.equal('failed');
    });

    it('fails when the gateway refuses, with each key', async () => {
      const charge = await captured('refundsRefused', 1000);
      const first = { key: key(), charge, amount: 400 };
      for (let turn = 0; turn < 2; turn += 1)
        expect((await gateway().refund(first)).status).to.equal('failed');
      expect(await refund(charge, 400)).to.equal('failed');
      expect(await gateway().find(charge)).to.include({ status: 'captured' });
    });
  });

  describe('saving a card', () => {
    it('opens one page per key and returns the token of the saved card', async () => {
      const setup = { key: key(), returnUrl: RETURN_URL };
      const { reference, url } = await gateway().prepareCardSetup(setup);
      expect((await elsewhere().prepareCardSetup(setup)).reference).to.equal(reference);
      expect(await elsewhere().findCardSetup(reference)).to.deep.equal({ status: 'open' });
      await open().finishCardSetup(url, 'good');
      const state = await elsewhere().findCardSetup(reference);
      if (state.status !== 'saved') throw new Error(state.status);
      expect(await gateway().describe(state.token)).to.include({ last4: '4242' });
      expect(await gateway().findCardSetup(reference)).to.deep.equal(state);
    });

    it('expires', async () => {
      const { reference } = await gateway().prepareCardSetup({ key: key(), returnUrl: RETURN_URL });
      await open().expire();
      expect(await gateway().findCardSetup(reference)).to.deep.equal({ status: 'expired' });
    });

    it('detaches tokens, again and unknown ones too', async () => {
      const token = await open().token('other');
      for (const each of [token, token, 'nonsense']) await gateway().detach(each);
    });
  });

  it('refuses webhooks that the gateway has not signed', () => {
    for (const signature of [undefined, '', 't=1,v1=00'])
      expect(() => gateway().readWebhook({ body: Buffer.from('{}'), signature })).to.throw(
        'has not signed this request',
      );
  });

  it('accepts our key', async () => {
    expect(await gateway().check()).to.equal('ok');
  });
}
