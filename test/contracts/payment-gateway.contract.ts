import { expect } from 'chai';
import {
  type Charge,
  GatewayTimeout,
  GatewayUnavailable,
  type PaymentGateway,
} from '../../src/kernel/payment-gateway.js';
import { expectCode } from '../support/expect-code.js';
import { rejection } from '../support/rejection.js';

let serial = 0;
const key = (): string => `contract-${String((serial += 1))}`;
const aCharge = (changes: Partial<Charge> = {}): Charge => ({
  key: key(),
  token: 'tok_visa_4242',
  amount: 1999,
  currency: 'EUR',
  ...changes,
});

/** What every gateway that takes the sandbox's tokens must do; `elsewhere` is the same gateway in another process. */
export function paymentGatewayContract(
  gateway: () => PaymentGateway,
  elsewhere: () => PaymentGateway = gateway,
): void {
  describe('describing a card', () => {
    it('returns brand, last digits and a future expiry', async () => {
      expect(await gateway().describe('tok_visa_4242')).to.include({ brand: 'visa', last4: '4242' });
      const card = await gateway().describe('tok_mastercard_5454');
      expect(card).to.include({ brand: 'mastercard', last4: '5454', expMonth: 12 });
      expect(card.expYear).to.be.greaterThan(new Date('2026-11-21').getUTCFullYear());
    });

    it('returns one fingerprint per physical card', async () => {
      const [one, again, other] = await Promise.all(
        ['tok_visa_4242', 'tok_visa_4242', 'tok_visa_1881'].map((token) => gateway().describe(token)),
      );
      expect(again?.fingerprint).to.equal(one?.fingerprint);
      expect(other?.fingerprint).not.to.equal(one?.fingerprint);
      expect(one?.fingerprint).not.to.include('visa');
    });

    it('has tokens of expired and of declined cards', async () => {
      expect((await gateway().describe('tok_expired')).expYear).to.be.lessThan(2026);
      for (const token of ['tok_declined', 'tok_timeout'])
        expect((await gateway().describe(token)).last4).to.match(/^\d{4}$/);
    });

    for (const token of [
      '',
      'tok_',
      'tok_visa',
      'tok_visa_42424',
      'tok_VISA_4242',
      'visa_4242',
      ' tok_visa_4242',
    ])
      it(`does not know ${JSON.stringify(token)}`, async () => {
        expect((await expectCode(gateway().describe(token), 'invalid-card-token')).kind).to.equal('invalid');
      });

    it('is unavailable for tok_unavailable', async () => {
      const error = await expectCode(gateway().describe('tok_unavailable'), 'gateway-unavailable');
      expect([error.kind, error instanceof GatewayUnavailable]).to.deep.equal(['busy', true]);
    });
  });

  describe('charging', () => {
    it('captures, and any process finds the charge by its key', async () => {
      const charge = aCharge();
      expect(await gateway().find(charge.key)).to.equal('unknown');
      expect(await gateway().charge(charge)).to.deep.equal({ outcome: 'captured' });
      expect(await elsewhere().find(charge.key)).to.equal('captured');
    });

    it('declines, and find returns the decline', async () => {
      const charge = aCharge({ token: 'tok_declined' });
      expect(await gateway().charge(charge)).to.deep.equal({ outcome: 'declined' });
      expect(await elsewhere().find(charge.key)).to.equal('declined');
    });

    it('charges a key once for repeated calls from any process', async () => {
      const charge = aCharge({ amount: 100 });
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, turn) => (turn % 2 ? gateway() : elsewhere()).charge(charge)),
      );
      expect(outcomes).to.deep.equal(Array(10).fill({ outcome: 'captured' }));
      expect(await gateway().refund({ key: key(), chargeKey: charge.key, amount: 101 })).to.equal('failed');
      await rejection(gateway().charge({ ...charge, amount: 99 }));
    });

    it('charges tok_timeout and times out', async () => {
      const charge = aCharge({ token: 'tok_timeout' });
      for (let time = 0; time < 2; time += 1)
        expect(await rejection(gateway().charge(charge))).to.be.instanceOf(GatewayTimeout);
      expect(await elsewhere().find(charge.key)).to.equal('captured');
    });

    it('charges nothing while unavailable or for an unknown token', async () => {
      const [away, unknown] = [aCharge({ token: 'tok_unavailable' }), aCharge({ token: 'tok_nonsense' })];
      expect(await rejection(gateway().charge(away))).to.be.instanceOf(GatewayUnavailable);
      await expectCode(gateway().charge(unknown), 'invalid-card-token');
      for (const charge of [away, unknown]) expect(await gateway().find(charge.key)).to.equal('unknown');
    });
  });

  describe('refunding', () => {
    it('refunds in parts up to the captured amount, each key once', async () => {
      const charge = aCharge({ amount: 1000 });
      await gateway().charge(charge);
      const refund = { key: key(), chargeKey: charge.key, amount: 400 };
      expect(await gateway().findRefund(refund.key)).to.equal('unknown');
      expect(await gateway().refund(refund)).to.equal('succeeded');
      expect(await elsewhere().refund(refund)).to.equal('succeeded');
      expect(await elsewhere().findRefund(refund.key)).to.equal('succeeded');
      await rejection(gateway().refund({ ...refund, amount: 500 }));
      const tooMuch = { ...refund, key: key(), amount: 601 };
      expect(await gateway().refund(tooMuch)).to.equal('failed');
      expect(await elsewhere().findRefund(tooMuch.key)).to.equal('failed');
      expect(await gateway().refund({ ...refund, key: key(), amount: 600 })).to.equal('succeeded');
    });

    it('refunds no more than the captured amount to twenty concurrent calls', async () => {
      const charge = aCharge({ amount: 1000 });
      await gateway().charge(charge);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, turn) =>
          (turn % 2 ? gateway() : elsewhere()).refund({ key: key(), chargeKey: charge.key, amount: 100 }),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'succeeded')).to.have.length(10);
    });

    it('refuses refunds of declined and unknown charges', async () => {
      const charge = aCharge({ token: 'tok_declined' });
      await gateway().charge(charge);
      for (const chargeKey of [charge.key, key()])
        expect(await gateway().refund({ key: key(), chargeKey, amount: 1 })).to.equal('failed');
    });
  });

  it('detaches tokens, including unknown ones', async () => {
    await gateway().detach('tok_visa_4242');
    await gateway().detach('tok_nonsense');
  });
}
