import { expect } from 'chai';
import { makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';
import { eur, keyed, makeBuyer, makeProduct, order } from './world.js';

describe('orders over HTTP', () => {
  let praxis: TestPraxis;
  let staff: TestUser;
  before(async () => {
    praxis = await startTestPraxis();
    staff = await makeUser(praxis, 'staff');
  });
  after(() => praxis.stop());

  it('are placed, paid by card, shipped and delivered', async () => {
    const product = await makeProduct(praxis, staff);
    const buyer = await makeBuyer(praxis);
    const placed = await order(praxis, buyer, [{ productId: product.id, quantity: 3 }]);
    expect(placed.status, placed.text).to.equal(201);
    expect(placed.body).to.deep.include({ status: 'processing', paymentStatus: 'paid', total: eur(3000) });
    const path = `/v1/orders/${placed.body.id}`;
    expect(placed.headers.get('location')).to.equal(path);
    const shipped = await praxis.call('POST', `${path}/ship`, { token: staff.accessToken });
    expect([shipped.status, shipped.body.status]).to.deep.equal([200, 'shipped']);
    const delivered = await praxis.call('POST', `${path}/deliver`, { token: staff.accessToken });
    expect([delivered.status, delivered.body.status]).to.deep.equal([200, 'delivered']);
    const again = await praxis.call('POST', `${path}/ship`, { token: staff.accessToken });
    expect(again.status).to.equal(409);
    expect(again.body).to.include({ code: 'invalid-transition', from: 'delivered', to: 'shipped' });
    expect(await praxis.mailsTo(buyer.email, 2)).to.have.length(2);
  });
});
