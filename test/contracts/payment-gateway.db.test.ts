import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import { HOUR } from '../../src/kernel/clock.js';
import {
  type Charge,
  GatewayTimeout,
  GatewayUnavailable,
  type PaymentGateway,
} from '../../src/kernel/payment-gateway.js';
import { makeDeskGateway } from '../../src/platform/payments/desk-gateway.js';
import { makeSandboxCardSetups } from '../../src/platform/payments/sandbox-card-setups.js';
import { makeSandboxCharges } from '../../src/platform/payments/sandbox-charges.js';
import { makeSandboxGateway } from '../../src/platform/payments/sandbox-gateway.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { expectCode } from '../support/expect-code.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakePaymentGateway } from '../support/fakes/payment-gateway.js';
import { makeAsync } from '../support/in-memory/adapters.js';
import { rejection } from '../support/rejection.js';
import { type CardKind, type GatewayUnderTest, paymentGatewayContract } from './payment-gateway.contract.js';

const TOKENS: Readonly<Record<CardKind, string>> = {
  good: 'tok_visa_4242',
  other: 'tok_mastercard_5454',
  declined: 'tok_declined',
  needsAuthentication: 'tok_action',
  refundsRefused: 'tok_refund_refused',
};
const lastSegment = (url: string): string => decodeURIComponent(url.split('/').at(-1)!);

let serial = 0;
const aCharge = (token: string, changes: Partial<Charge> = {}): Charge & { reference: null } => ({
  key: `token-${String((serial += 1))}`,
  token,
  amount: 1999,
  currency: 'EUR',
  description: 'Order 12',
  returnUrl: null,
  reference: null,
  ...changes,
});

/** What the sandbox's tokens do (docs/operating.md). */
function sandboxTokens(gateway: () => PaymentGateway, elsewhere: () => PaymentGateway = gateway): void {
  it('describes an expired card', async () => {
    expect((await gateway().describe('tok_expired')).expYear).to.be.lessThan(2026);
  });

  for (const token of ['tok_', 'tok_visa', 'tok_visa_42424', 'tok_VISA_4242', 'visa_4242', ' tok_visa_4242'])
    it(`does not know ${JSON.stringify(token)}`, async () => {
      await expectCode(gateway().describe(token), 'invalid-card-token');
    });

  it('is unavailable for tok_unavailable, and charges nothing', async () => {
    const error = await expectCode(gateway().describe('tok_unavailable'), 'gateway-unavailable');
    expect([error.kind, error instanceof GatewayUnavailable]).to.deep.equal(['busy', true]);
    const charge = aCharge('tok_unavailable');
    expect(await rejection(gateway().confirm(charge))).to.be.instanceOf(GatewayUnavailable);
    expect(await gateway().find(charge)).to.deep.equal({ status: 'unknown' });
  });

  it('charges nothing for an unknown token', async () => {
    const charge = aCharge('tok_nonsense');
    await expectCode(gateway().confirm(charge), 'invalid-card-token');
    expect(await gateway().find(charge)).to.deep.equal({ status: 'unknown' });
  });

  it('charges tok_timeout and times out', async () => {
    const charge = aCharge('tok_timeout');
    for (let time = 0; time < 2; time += 1)
      expect(await rejection(gateway().confirm(charge))).to.be.instanceOf(GatewayTimeout);
    expect((await elsewhere().find(charge)).status).to.equal('captured');
  });

  it('declines tok_expired', async () => {
    expect(await gateway().confirm(aCharge('tok_expired'))).to.deep.equal({
      status: 'declined',
      reason: 'expired_card',
    });
  });
}

describe('the payment gateway in memory', () => {
  const clock = new FakeClock();
  const gateway = new FakePaymentGateway(clock);
  const underTest: GatewayUnderTest = {
    gateway: () => gateway,
    elsewhere: () => gateway,
    token: (card) => Promise.resolve(TOKENS[card]),
    finishAction: makeAsync((key, _url, outcome) => gateway.finishAction(key, outcome)),
    finishCardSetup: makeAsync((url, card) => gateway.finishCardSetup(lastSegment(url), TOKENS[card])),
    expire: () => clock.advance(HOUR),
  };
  paymentGatewayContract(() => underTest);
  sandboxTokens(() => gateway);
});

describe('the sandbox gateway', () => {
  const options = { answerTimeoutMs: 20, slowMs: 100 };
  let postgres: OnPostgres<{ sequelize: Sequelize; paymentGateway: PaymentGateway }>;
  let otherPool: Sequelize;
  let gateway: PaymentGateway;
  let elsewhere: PaymentGateway;
  let underTest: GatewayUnderTest;
  before(async () => {
    postgres = await openOnPostgres();
    const clock = new FakeClock();
    const publicUrl = 'https://praxis.test';
    const here = { sequelize: postgres.cradle.sequelize, clock, publicUrl };
    gateway = makeSandboxGateway(here, options);
    otherPool = openSequelize({ url: postgres.databaseUrl, poolMax: 4 });
    elsewhere = makeSandboxGateway({ ...here, sequelize: otherPool }, options);
    underTest = {
      gateway: () => gateway,
      elsewhere: () => elsewhere,
      token: (card) => Promise.resolve(TOKENS[card]),
      finishAction: (_key, url, outcome) => makeSandboxCharges(here).finishAction(lastSegment(url), outcome),
      finishCardSetup: async (url, card) => {
        await makeSandboxCardSetups(here).save(lastSegment(url), TOKENS[card]);
      },
      expire: () => clock.advance(HOUR),
    };
  });
  after(async () => {
    await otherPool.close();
    await postgres.close();
  });
  paymentGatewayContract(() => underTest);
  sandboxTokens(
    () => gateway,
    () => elsewhere,
  );

  it('is the default of the configuration', async () => {
    expect(await postgres.cradle.paymentGateway.describe('tok_visa_4242')).to.include({ last4: '4242' });
  });

  it('answers late for tok_slow', async () => {
    const startedMs = performance.now();
    expect((await gateway.confirm(aCharge('tok_slow'))).status).to.equal('captured');
    expect(performance.now() - startedMs).to.be.greaterThan(95);
  });

  it('keeps a charge although a transaction around the call is rolled back', async () => {
    const { sequelize } = postgres.cradle;
    const charge = aCharge('tok_visa_4242');
    const transaction = await sequelize.transaction();
    await gateway.confirm(charge);
    await transaction.rollback();
    expect((await elsewhere.find(charge)).status).to.equal('captured');
  });

  it('does not capture a charge that was cancelled before it arrived', async () => {
    const charge = aCharge('tok_visa_4242');
    expect(await elsewhere.cancel(charge)).to.deep.equal({ status: 'unknown' });
    expect(await gateway.confirm(charge)).to.deep.equal({ status: 'unknown' });
    expect((await gateway.refund({ key: charge.key, charge, amount: 1 })).status).to.equal('failed');
  });
});

describe('a practice without card payments', () => {
  const gateway = makeDeskGateway();

  it('refuses to describe, charge and refund, and detaches cards', async () => {
    const charge = aCharge('tok_visa_4242');
    const hosted = { ...charge, returnUrl: 'https://praxis.test' };
    for (const call of [
      gateway.describe(charge.token),
      gateway.prepare(charge),
      gateway.confirm(charge),
      gateway.prepareHosted(hosted),
      gateway.refund({ key: 'r', charge, amount: 1 }),
      gateway.prepareCardSetup(hosted),
    ])
      expect((await expectCode(call, 'card-payments-off')).kind).to.equal('invalid');
    for (const state of [await gateway.find(charge), await gateway.cancel(charge)])
      expect(state).to.deep.equal({ status: 'unknown' });
    expect(await gateway.findRefund({ key: 'r', reference: null, charge })).to.equal('unknown');
    await gateway.detach(charge.token);
  });

  it('is selected by PAYMENT_GATEWAY=desk', async () => {
    const postgres = await openOnPostgres<{ paymentGateway: PaymentGateway }>(
      {},
      { PAYMENT_GATEWAY: 'desk' },
    );
    await expectCode(postgres.cradle.paymentGateway.describe('tok_visa_4242'), 'card-payments-off');
    await postgres.close();
  });
});
