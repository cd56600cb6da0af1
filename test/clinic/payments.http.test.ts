import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { openClinic, type TestClinic } from '../support/clinic.js';
import type { ClinicCradle } from '../support/clinic-world.js';
import { execute } from '../support/postgres.js';
import { query } from '../support/query.js';
import { makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';

const PRICE = { amount: 4500, currency: 'EUR' };

describe('payments of appointments', () => {
  let praxis: TestPraxis;
  let clinic: TestClinic;
  let typeId: string;
  let n = 0;
  before(async () => {
    praxis = await startTestPraxis();
    clinic = await openClinic(praxis);
    typeId = await clinic.addType({ price: PRICE });
  });
  after(() => praxis.stop());

  const addCard = (who: TestUser, gatewayToken: string) =>
    praxis.call('POST', '/v1/me/cards', { token: who.accessToken, body: { gatewayToken } });
  const booked = async (who: TestUser, appointmentTypeId = typeId): Promise<string> => {
    const answer = await clinic.book(who, { appointmentTypeId, startsAt: clinic.slot((n += 1)) });
    expect(answer.status, answer.text).to.equal(201);
    return answer.body.id as string;
  };
  const pay = (who: TestUser, id: string, body: object, key = randomUUID()) =>
    praxis.call('POST', `/v1/appointments/${id}/payments`, {
      token: who.accessToken,
      body,
      headers: { 'idempotency-key': key },
    });
  const statusOf = async (who: TestUser, id: string): Promise<string> =>
    (await praxis.call('GET', `/v1/appointments/${id}`, { token: who.accessToken })).body.paymentStatus;
  const booksOf = async (id: string): Promise<unknown[]> => {
    const { body } = await praxis.call('GET', `/v1/cash/transactions?origin=appointment:${id}`, {
      token: clinic.staff.accessToken,
    });
    return body.items.map(({ amount, origin }: { amount: object; origin: object }) => ({ amount, origin }));
  };
  const charges = async (): Promise<number> =>
    (await query(praxis.ownerUrl, 'SELECT count(*)::int FROM sandbox_charges')).rows[0].count;
  const reconcile = (): Promise<void> => (praxis.container.cradle as ClinicCradle).reconcileBilledPayments();
  const letTimePass = (): Promise<void> =>
    execute(praxis.ownerUrl, "UPDATE billing_payments SET created_at = created_at - interval '1 hour'");

  it('at the desk are posted in the same transaction, once', async () => {
    const member = await makeUser(praxis);
    const id = await booked(member);
    expect(await statusOf(member, id)).to.equal('unpaid');
    expect((await pay(member, id, { method: 'desk' })).status).to.equal(422);
    const key = randomUUID();
    const paid = await pay(clinic.staff, id, { method: 'desk' }, key);
    expect([paid.status, paid.body.paymentStatus, paid.body.price]).to.deep.equal([201, 'paid', PRICE]);
    expect(
      (await pay(clinic.staff, id, { method: 'desk' }, key)).headers.get('idempotent-replayed'),
    ).to.equal('true');
    const again = await pay(clinic.staff, id, { method: 'desk' });
    expect([again.status, again.body.code]).to.deep.equal([409, 'already-paid']);
    const { rows } = await query(praxis.ownerUrl, 'SELECT id FROM billing_payments WHERE origin_id = $1', [
      id,
    ]);
    expect(await booksOf(id)).to.deep.equal([
      { amount: PRICE, origin: { type: 'appointment', id, event: `payment:${rows[0].id}` } },
    ]);
    const removed = await praxis.call('DELETE', `/v1/appointments/${id}`, {
      token: clinic.admin.accessToken,
    });
    expect(removed.body.code).to.equal('appointment-has-payments');
  });

  it('by card are charged and posted once', async () => {
    const member = await makeUser(praxis);
    const id = await booked(member);
    expect((await pay(member, id, { method: 'card' })).body.code).to.equal('no-card');
    await addCard(member, 'tok_visa_4242');
    const paid = await pay(member, id, { method: 'card' });
    expect([paid.status, paid.body.paymentStatus]).to.deep.equal([201, 'paid']);
    expect(await booksOf(id)).to.have.length(1);
  });

  it('are refused for another member’s card', async () => {
    const [member, other] = [await makeUser(praxis), await makeUser(praxis)];
    const { body: card } = await addCard(other, 'tok_visa_1111');
    const id = await booked(member);
    const foreign = await pay(member, id, { method: 'card', cardId: card.id });
    const random = await pay(member, id, { method: 'card', cardId: randomUUID() });
    expect([foreign.status, random.status]).to.deep.equal([404, 404]);
    expect(foreign.body.detail).to.equal(random.body.detail);
    expect((await pay(other, id, { method: 'card' })).status).to.equal(404);
    expect((await pay(member, id, { method: 'card', number: '4242424242424242' })).body.code).to.equal(
      'pan-forbidden',
    );
  });

  it('can be retried with another card after a decline, and the first response is stored', async () => {
    const member = await makeUser(praxis);
    await addCard(member, 'tok_declined');
    const id = await booked(member);
    const key = randomUUID();
    const declined = await pay(member, id, { method: 'card' }, key);
    expect([declined.status, declined.body.code, declined.body.appointmentId]).to.deep.equal([
      402,
      'card-declined',
      id,
    ]);
    const before = await charges();
    const retry = await pay(member, id, { method: 'card' }, key);
    expect([retry.status, retry.headers.get('idempotent-replayed'), await charges()]).to.deep.equal([
      402,
      'true',
      before,
    ]);
    expect(await booksOf(id)).to.deep.equal([]);
    const { body: card } = await addCard(member, 'tok_visa_4242');
    expect((await pay(member, id, { method: 'card', cardId: card.id })).status).to.equal(201);
  });

  it('are in doubt without an answer of the gateway, until it is asked again', async () => {
    const member = await makeUser(praxis);
    await addCard(member, 'tok_timeout');
    const id = await booked(member);
    const key = randomUUID();
    const accepted = await pay(member, id, { method: 'card' }, key);
    expect([accepted.status, accepted.body.paymentStatus]).to.deep.equal([202, 'inDoubt']);
    const second = await pay(member, id, { method: 'card' });
    expect([second.status, second.body.code]).to.deep.equal([409, 'payment-in-doubt']);
    await reconcile();
    expect(await statusOf(member, id)).to.equal('inDoubt');
    await letTimePass();
    await Promise.all([reconcile(), reconcile(), reconcile()]);
    expect(await statusOf(member, id)).to.equal('paid');
    expect(await booksOf(id)).to.have.length(1);
    const retry = await pay(member, id, { method: 'card' }, key);
    expect([retry.status, retry.headers.get('idempotent-replayed')]).to.deep.equal([202, 'true']);
  });

  it('leave nothing when they never reached the gateway', async () => {
    const member = await makeUser(praxis);
    await addCard(member, 'tok_visa_4242');
    // The gateway answers when the card is saved and is unavailable when it is charged.
    await execute(
      praxis.ownerUrl,
      `UPDATE cards SET gateway_token = 'tok_unavailable' WHERE user_id = '${member.id}'`,
    );
    const id = await booked(member);
    const away = await pay(member, id, { method: 'card' });
    expect([away.status, away.body.code]).to.deep.equal([402, 'payment-failed']);
    expect(await statusOf(member, id)).to.equal('unpaid');
    await execute(
      praxis.ownerUrl,
      `UPDATE cards SET gateway_token = 'tok_visa_4242' WHERE user_id = '${member.id}'`,
    );
    expect((await pay(member, id, { method: 'card' })).status).to.equal(201);
  });

  for (const charged of [true, false])
    it(`cut off by a crash ${charged ? 'after' : 'before'} the charge are settled, and the retry is answered`, async () => {
      const member = await makeUser(praxis);
      await addCard(member, 'tok_visa_4242');
      const id = await booked(member);
      const { container } = praxis;
      const { paymentGateway } = container.cradle as {
        paymentGateway: { confirm: (charge: object) => Promise<unknown> };
      };
      const { confirm } = paymentGateway;
      paymentGateway.confirm = async (asked) => {
        if (charged) await confirm(asked);
        throw new Error('the process goes away here');
      };
      const key = randomUUID();
      const crashed = await pay(member, id, { method: 'card' }, key);
      paymentGateway.confirm = confirm;
      expect(crashed.status).to.equal(500);
      const waiting = await pay(member, id, { method: 'card' }, key);
      expect([waiting.status, waiting.body.code]).to.deep.equal([409, 'request-in-flight']);
      await letTimePass();
      await reconcile();
      const answer = await pay(member, id, { method: 'card' }, key);
      expect(answer.status, answer.text).to.equal(charged ? 201 : 402);
      expect(await statusOf(member, id)).to.equal(charged ? 'paid' : 'unpaid');
      expect(await booksOf(id)).to.have.length(charged ? 1 : 0);
    });

  it('of one appointment are effective once for twenty concurrent requests', async () => {
    const member = await makeUser(praxis);
    await addCard(member, 'tok_visa_4242');
    const id = await booked(member);
    const before = await charges();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? pay(member, id, { method: 'card' }) : pay(clinic.staff, id, { method: 'desk' }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).to.have.length(1);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).to.deep.equal([]);
    expect(await booksOf(id)).to.have.length(1);
    expect((await charges()) - before).to.be.at.most(1);
  });

  it('are refused for free, cancelled and unknown appointments', async () => {
    const member = await makeUser(praxis);
    await addCard(member, 'tok_visa_4242');
    const free = await booked(member, clinic.typeId);
    expect((await pay(member, free, { method: 'card' })).body.code).to.equal('not-payable');
    const off = await booked(member);
    await praxis.call('POST', `/v1/appointments/${off}/cancel`, { token: clinic.staff.accessToken });
    for (const method of ['card', 'desk'])
      expect((await pay(clinic.staff, off, { method })).body.code).to.equal('not-payable');
    const gift = await booked(member, await clinic.addType({ price: { amount: 0, currency: 'EUR' } }));
    expect(await statusOf(member, gift)).to.equal('paid');
    expect((await pay(member, gift, { method: 'card' })).body.code).to.equal('already-paid');
    expect((await pay(member, randomUUID(), { method: 'card' })).status).to.equal(404);
  });
});
