import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { openClinic, type TestClinic } from '../support/clinic.js';
import { makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

describe('payments and refunds', () => {
  let praxis: TestPraxis;
  let clinic: TestClinic;
  let member: TestUser;
  let id: string;
  before(async () => {
    praxis = await startTestPraxis();
    clinic = await openClinic(praxis);
    member = await makeUser(praxis);
    const appointmentTypeId = await clinic.addType({ price: eur(4500) });
    const booked = await clinic.book(member, { appointmentTypeId, startsAt: clinic.slot(0) });
    id = booked.body.id as string;
  });
  after(() => praxis.stop());

  const post = (path: string, body?: object, key = randomUUID()) =>
    praxis.call('POST', path, {
      token: clinic.staff.accessToken,
      headers: { 'idempotency-key': key },
      ...(body !== undefined && { body }),
    });
  const list = (path: string, who: TestUser) => praxis.call('GET', path, { token: who.accessToken });
  const postings = async (): Promise<number> =>
    (await list(`/v1/cash/transactions?origin=appointment:${id}`, clinic.staff)).body.items.length;

  it('are listed by origin, and a refund at the desk is posted once, when it is paid out', async () => {
    expect((await post(`/v1/appointments/${id}/payments`, { method: 'desk' })).status).to.equal(201);
    const asked = await post(`/v1/appointments/${id}/refunds`, { amount: eur(4500), reason: 'late' });
    expect([asked.status, asked.body.paymentStatus]).to.deep.equal([201, 'paid']);
    const { items: payments } = (await list(`/v1/payments?origin=appointment:${id}`, member)).body;
    const { items: refunds } = (await list('/v1/refunds?status=pending', member)).body;
    expect(payments).to.have.length(1);
    expect(refunds).to.have.length(1);
    expect(refunds[0]).to.deep.include({
      paymentId: payments[0].id,
      origin: { type: 'appointment', id },
      method: 'desk',
      amount: eur(4500),
      reason: 'late',
      status: 'pending',
    });
    expect((await list(`/v1/payments/${payments[0].id}`, member)).body).to.deep.equal(payments[0]);
    expect((await list(`/v1/refunds/${refunds[0].id}`, member)).body).to.deep.equal(refunds[0]);
    expect(await postings()).to.equal(1);
    const path = `/v1/refunds/${refunds[0].id}/pay-out`;
    const key = randomUUID();
    const paid = await post(path, undefined, key);
    expect([paid.status, paid.body.status]).to.deep.equal([200, 'succeeded']);
    expect((await post(path, undefined, key)).headers.get('idempotent-replayed')).to.equal('true');
    const again = await post(path);
    expect([again.status, again.body.code]).to.deep.equal([409, 'refund-not-pending']);
    expect(await postings()).to.equal(2);
    expect((await list(`/v1/appointments/${id}`, member)).body.paymentStatus).to.equal('refunded');
  });

  it('are paid out once by ten requests at the same time', async () => {
    await post(`/v1/appointments/${id}/payments`, { method: 'desk' });
    await post(`/v1/appointments/${id}/refunds`, { amount: eur(1), reason: 'late' });
    const [refund] = (await list('/v1/refunds?status=pending', clinic.staff)).body.items;
    const before = await postings();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post(`/v1/refunds/${refund.id}/pay-out`)),
    );
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    expect(await postings()).to.equal(before + 1);
  });

  it('are not found by others, and an origin has a known type and an id', async () => {
    const stranger = await makeUser(praxis);
    const [payment] = (await list('/v1/payments', member)).body.items;
    expect((await list(`/v1/payments/${payment.id}`, stranger)).status).to.equal(404);
    expect((await list('/v1/payments', stranger)).body.items).to.deep.equal([]);
    for (const origin of ['invoice:1', 'appointment:1', `appointment:${'-'.repeat(36)}`])
      expect((await list(`/v1/payments?origin=${origin}`, member)).status, origin).to.equal(400);
  });
});
