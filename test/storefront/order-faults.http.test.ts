import { expect } from 'chai';
import { makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';
import { eur, keyed, makeBuyer, makeProduct, order } from './world.js';

describe('an order', () => {
  let praxis: TestPraxis;
  let admin: TestUser;
  before(async () => {
    praxis = await startTestPraxis();
    admin = await makeUser(praxis, 'admin');
  });
  after(() => praxis.stop());
  const post = (path: string, body: unknown) =>
    praxis.call('POST', path, { token: admin.accessToken, headers: keyed(), body });

  it('is refunded by its own routes alone, not by the ledger too', async () => {
    const buyer = await makeBuyer(praxis);
    const product = await makeProduct(praxis, admin);
    const { body: placed } = await order(praxis, buyer, [{ productId: product.id, quantity: 2 }]);
    const { body } = await praxis.call('GET', `/v1/cash/transactions?origin=order:${placed.id}`, {
      token: admin.accessToken,
    });
    const [transaction] = body.items;
    const path = `/v1/cash/transactions/${transaction.id}`;
    for (const refused of [
      await post(`${path}/refunds`, { amount: eur(2000) }),
      await post(`${path}/reverse`, { date: 'today' }),
      await post(`${path}/reverse`, { date: 'original' }),
    ]) {
      expect([refused.status, refused.body.code]).to.deep.equal([409, 'owned-by-origin']);
      expect(refused.body.origin).to.deep.equal({
        type: 'order',
        id: placed.id,
        event: `payment:${placed.payments[0].id}`,
      });
    }
    const refunded = await post(`/v1/orders/${placed.id}/refunds`, { amount: eur(2000), reason: 'broken' });
    expect(refunded.status).to.equal(201);
  });

  it('is not placed for a user who is disabled', async () => {
    const buyer = await makeUser(praxis);
    const product = await makeProduct(praxis, admin);
    await post(`/v1/users/${buyer.id}/disable`, undefined);
    const refused = await post('/v1/orders', {
      lines: [{ productId: product.id, quantity: 1 }],
      payment: { method: 'desk' },
      userId: buyer.id,
    });
    expect([refused.status, refused.body.errors[0].pointer]).to.deep.equal([422, '/userId']);
  });

  it('that costs nothing gets its pieces back without money', async () => {
    const buyer = await makeUser(praxis);
    const free = await makeProduct(praxis, admin, { price: eur(0), stock: 3 });
    const placed = await order(praxis, buyer, [{ productId: free.id, quantity: 2 }]);
    expect([placed.status, placed.body.status, placed.body.paymentStatus]).to.deep.equal([
      201,
      'processing',
      'paid',
    ]);
    const path = `/v1/orders/${placed.body.id}`;
    const restock = [{ lineId: placed.body.lines[0].id, quantity: 2 }];
    const returned = await post(`${path}/refunds`, { amount: eur(0), reason: 'came back', restock });
    expect(returned.body.refunds[0]).to.deep.include({ amount: eur(0), status: 'succeeded' });
    const listed = await praxis.call('GET', '/v1/orders', { token: buyer.accessToken });
    expect(listed.body.items[0]).to.deep.equal(returned.body);
    const shipped = await post(`${path}/ship`, undefined);
    expect([shipped.status, shipped.body.code]).to.deep.equal([409, 'nothing-to-ship']);
    expect(await praxis.call('GET', '/v1/cash/integrity', { token: admin.accessToken })).to.deep.include({
      status: 200,
    });
  });
});
