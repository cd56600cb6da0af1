import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import type { PaymentGateway } from '../../src/kernel/payment-gateway.js';
import { makeDeskGateway } from '../../src/platform/payments/desk-gateway.js';
import { makeSandboxGateway } from '../../src/platform/payments/sandbox-gateway.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { expectCode } from '../support/expect-code.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakePaymentGateway } from '../support/fakes/payment-gateway.js';
import { paymentGatewayContract } from './payment-gateway.contract.js';

describe('the payment gateway in memory', () => {
  const gateway = new FakePaymentGateway(new FakeClock());
  paymentGatewayContract(() => gateway);
});

describe('the sandbox gateway', () => {
  const options = { answerTimeoutMs: 20, slowMs: 100 };
  let postgres: OnPostgres<{ sequelize: Sequelize; paymentGateway: PaymentGateway }>;
  let otherPool: Sequelize;
  let gateway: PaymentGateway;
  let elsewhere: PaymentGateway;
  before(async () => {
    postgres = await openOnPostgres();
    const clock = new FakeClock();
    gateway = makeSandboxGateway({ sequelize: postgres.cradle.sequelize, clock }, options);
    otherPool = openSequelize({ url: postgres.databaseUrl, poolMax: 4 });
    elsewhere = makeSandboxGateway({ sequelize: otherPool, clock }, options);
  });
  after(async () => {
    await otherPool.close();
    await postgres.close();
  });
  paymentGatewayContract(
    () => gateway,
    () => elsewhere,
  );

  it('is the default of the configuration', async () => {
    expect(await postgres.cradle.paymentGateway.describe('tok_visa_4242')).to.include({ last4: '4242' });
  });

  it('answers late for tok_slow', async () => {
    const startedMs = performance.now();
    const charge = { key: 'slow', token: 'tok_slow', amount: 1, currency: 'EUR' };
    expect(await gateway.charge(charge)).to.deep.equal({ outcome: 'captured' });
    expect(performance.now() - startedMs).to.be.greaterThan(95);
  });

  it('keeps a charge although a transaction around the call is rolled back', async () => {
    const { sequelize } = postgres.cradle;
    const charge = { key: 'far-away', token: 'tok_visa_4242', amount: 1, currency: 'EUR' };
    const transaction = await sequelize.transaction();
    await gateway.charge(charge);
    await transaction.rollback();
    expect(await elsewhere.find('far-away')).to.equal('captured');
  });
});

describe('a practice without card payments', () => {
  const gateway = makeDeskGateway();

  it('refuses to describe, charge and refund, and detaches cards', async () => {
    const charge = { key: 'k', token: 'tok_visa_4242', amount: 1, currency: 'EUR' };
    for (const call of [
      gateway.describe(charge.token),
      gateway.charge(charge),
      gateway.refund({ key: 'r', chargeKey: 'k', amount: 1 }),
    ])
      expect((await expectCode(call, 'card-payments-off')).kind).to.equal('invalid');
    expect(await gateway.find('k')).to.equal('unknown');
    expect(await gateway.findRefund('r')).to.equal('unknown');
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
