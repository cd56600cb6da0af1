import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { makeUser, startTestPraxis, type Answer, type TestPraxis, type TestUser } from '../support/praxis.js';
import { eur, keyed, makeProduct } from './world.js';

describe('products and discounts over HTTP', () => {
  let praxis: TestPraxis;
  let staff: TestUser;
  let member: TestUser;
  before(async () => {
    praxis = await startTestPraxis();
    staff = await makeUser(praxis, 'staff');
    member = await makeUser(praxis);
  });
  after(() => praxis.stop());

  const asStaff = (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> =>
    praxis.call(method, path, { token: staff.accessToken, headers: { ...keyed(), ...headers }, body });

  it('show products on sale to everybody, and the stock to staff', async () => {
    const product = await makeProduct(praxis, staff, { stock: 3, description: 'for everybody' });
    expect(product).to.deep.include({ stock: 3, inStock: true, price: eur(1000), version: 1 });
    const path = `/v1/products/${product.id}`;
    for (const token of [undefined, member.accessToken]) {
      const { body } = await praxis.call('GET', path, { token });
      expect(body).to.include({ inStock: true, description: 'for everybody' });
      expect(body).not.to.have.property('stock');
    }
    const sold = await makeProduct(praxis, staff, { stock: 0 });
    expect((await praxis.call('GET', `/v1/products/${sold.id}`)).body.inStock).to.equal(false);
  });

  it('hide retired products from everybody but staff', async () => {
    const marker = `m${Date.now()}`;
    const retired = await makeProduct(praxis, staff, { isActive: false, name: `Old ${marker}` });
    const path = `/v1/products/${retired.id}`;
    expect((await praxis.call('GET', path)).status).to.equal(404);
    expect((await praxis.call('GET', path, { token: member.accessToken })).status).to.equal(404);
    expect((await asStaff('GET', path)).status).to.equal(200);
    expect((await praxis.call('GET', `/v1/products?q=${marker}`)).body.items).to.deep.equal([]);
    expect((await asStaff('GET', `/v1/products?q=${marker}`)).body.items).to.have.length(1);
    expect((await asStaff('GET', `/v1/products?q=${marker}&isActive=true`)).body.items).to.deep.equal([]);
    for (const token of [undefined, member.accessToken])
      expect((await praxis.call('GET', '/v1/products?isActive=false', { token })).status).to.equal(403);
  });

  it('refuse invalid products without writing anything', async () => {
    const good = { sku: randomUUID(), name: 'Floss', price: eur(100) };
    for (const [change, pointer] of [
      [{ price: 19.99 }, '/price'],
      [{ price: { amount: 19.99, currency: 'EUR' } }, '/price/amount'],
      [{ price: { amount: '1999', currency: 'EUR' } }, '/price/amount'],
      [{ price: eur(-1) }, '/price/amount'],
      [{ price: eur(10_000_000_001) }, '/price/amount'],
      [{ name: 'x' }, '/name'],
      [{ name: 'x'.repeat(201) }, '/name'],
      [{ name: 'a\u0000b' }, '/name'],
      [{ name: 'two\nlines' }, '/name'],
      [{ sku: ' ' }, '/sku'],
      [{ stock: -1 }, '/stock'],
      [{ stock: 0.5 }, '/stock'],
      [{ colour: 'red' }, '/colour'],
    ] as const) {
      const { status, body } = await asStaff('POST', '/v1/products', { ...good, ...change });
      expect([status, body.code, body.errors?.[0].pointer], JSON.stringify(change)).to.deep.equal([
        422,
        'validation',
        pointer,
      ]);
    }
    const dollars = await asStaff('POST', '/v1/products', { ...good, price: { amount: 1, currency: 'USD' } });
    expect([dollars.status, dollars.body.code]).to.deep.equal([422, 'currency-mismatch']);
    expect((await asStaff('POST', '/v1/products', good)).status).to.equal(201);
    const taken = await asStaff('POST', '/v1/products', good);
    expect([taken.status, taken.body.code]).to.deep.equal([409, 'sku-taken']);
  });

  it('change the version with the fields, not with the stock', async () => {
    const product = await makeProduct(praxis, staff, { stock: 1 });
    const path = `/v1/products/${product.id}`;
    expect((await asStaff('PATCH', path, { name: 'New name' })).status).to.equal(428);
    const { headers } = await asStaff('GET', path);
    const adjusted = await asStaff('POST', `${path}/stock-adjustments`, { delta: 4, reason: 'delivery' });
    expect([adjusted.status, adjusted.body.delta]).to.deep.equal([201, 4]);
    expect(adjusted.headers.get('location')).to.equal(`${path}/stock-movements`);
    const etag = headers.get('etag')!;
    const changed = await asStaff(
      'PATCH',
      path,
      { name: 'New name', description: null },
      { 'if-match': etag },
    );
    expect(changed.body).to.include({ version: 2, stock: 5, name: 'New name', description: null });
    expect((await asStaff('PATCH', path, { name: 'Newer' }, { 'if-match': etag })).status).to.equal(412);
    const short = await asStaff('POST', `${path}/stock-adjustments`, { delta: -6, reason: 'gone' });
    expect([short.status, short.body.code]).to.deep.equal([409, 'insufficient-stock']);
    const { body } = await asStaff('GET', `${path}/stock-movements`);
    expect(body.items.map(({ delta }: { delta: number }) => delta)).to.deep.equal([4, 1]);
    expect((await asStaff('DELETE', path)).status).to.equal(204);
    expect((await asStaff('GET', path)).status).to.equal(404);
    expect((await asStaff('GET', `${path}/stock-movements`)).status).to.equal(404);
  });

  it('refuse stock in a change, so that an outdated page does not undo sales', async () => {
    const product = await makeProduct(praxis, staff, { stock: 5 });
    const path = `/v1/products/${product.id}`;
    await asStaff('POST', `${path}/stock-adjustments`, { delta: -2, reason: 'sold elsewhere' });
    const refused = await asStaff('PATCH', path, { name: 'New name', stock: 5 }, { 'if-match': '"1"' });
    expect([refused.status, refused.body.code, refused.body.errors[0].pointer]).to.deep.equal([
      422,
      'validation',
      '/stock',
    ]);
    expect((await asStaff('GET', path)).body).to.include({ stock: 3, version: 1 });
  });

  it('compare SKUs without case and invisible characters', async () => {
    await makeProduct(praxis, staff, { sku: 'Brush-Äö 1' });
    const second = await makeProduct(praxis, staff);
    for (const sku of ['brush-äÖ 1', 'Bru\u200bsh-Äö 1', '\ufeffBRUSH-ÄÖ\u00a01', 'Brush-A\u0308ö 1']) {
      const body = { sku, name: 'Toothbrush', price: eur(490) };
      const taken = await asStaff('POST', '/v1/products', body);
      expect([taken.status, taken.body.code], JSON.stringify(sku)).to.deep.equal([409, 'sku-taken']);
      const path = `/v1/products/${second.id}`;
      expect((await asStaff('PATCH', path, { sku }, { 'if-match': '*' })).body.code).to.equal('sku-taken');
    }
    const shown = await makeProduct(praxis, staff, { sku: 'Floss\u2060-Mint' });
    expect(shown.sku).to.equal('Floss-Mint');
    const nothing = { sku: '\u200b', name: 'Toothbrush', price: eur(490) };
    expect((await asStaff('POST', '/v1/products', nothing)).body.errors[0].pointer).to.equal('/sku');
  });

  it('retire products that were sold instead of deleting them', async () => {
    const product = await makeProduct(praxis, staff);
    await praxis.call('POST', '/v1/orders', {
      token: member.accessToken,
      headers: keyed(),
      body: { lines: [{ productId: product.id, quantity: 1 }], payment: { method: 'desk' } },
    });
    const path = `/v1/products/${product.id}`;
    expect((await asStaff('DELETE', path)).status).to.equal(204);
    expect((await asStaff('GET', path)).body.isActive).to.equal(false);
    expect((await asStaff('DELETE', path)).status).to.equal(204);
    expect((await asStaff('GET', path)).body.version).to.equal(2);
  });

  it('create discounts of both kinds with every limit', async () => {
    const code = `Sale-${Date.now().toString(36)}`;
    const made = await asStaff('POST', '/v1/discounts', {
      code,
      kind: 'fixed',
      amount: eur(500),
      minSubtotal: eur(1000),
      startsAt: '2026-01-01T00:00:00+01:00',
      maxUsesPerUser: 1,
    });
    expect([made.status, made.body.code]).to.deep.equal([201, code.toUpperCase()]);
    expect(made.body).to.deep.include({
      amount: eur(500),
      minSubtotal: eur(1000),
      startsAt: '2025-12-31T23:00:00.000Z',
      endsAt: null,
      used: 0,
      isActive: true,
    });
    const path = made.headers.get('location')!;
    expect((await asStaff('GET', path)).body).to.deep.equal(made.body);
    const changed = await asStaff(
      'PATCH',
      path,
      { amount: eur(600), minSubtotal: null, isActive: false },
      { 'if-match': made.headers.get('etag')! },
    );
    expect(changed.body).to.deep.include({
      amount: eur(600),
      minSubtotal: null,
      isActive: false,
      version: 2,
    });
    const wrongKind = await asStaff('PATCH', path, { basisPoints: 100 }, { 'if-match': '*' });
    expect(wrongKind.body.errors[0].pointer).to.equal('/basisPoints');
    const taken = await asStaff('POST', '/v1/discounts', { code, kind: 'percent', basisPoints: 1 });
    expect([taken.status, taken.body.code]).to.deep.equal([409, 'code-taken']);
    expect((await asStaff('DELETE', path)).status).to.equal(204);
    expect((await asStaff('GET', path)).status).to.equal(404);
  });

  it('refuse invalid discounts', async () => {
    for (const body of [
      { code: 'X', kind: 'percent', basisPoints: 100 },
      { code: 'GOOD', kind: 'percent', basisPoints: 0 },
      { code: 'GOOD', kind: 'percent', basisPoints: 10_001 },
      { code: 'GOOD', kind: 'percent', amount: eur(1) },
      { code: 'GOOD', kind: 'fixed', amount: eur(0) },
      { code: 'GOOD', kind: 'gift' },
      { code: 'zwei worte', kind: 'percent', basisPoints: 100 },
      { code: 'GOOD', kind: 'percent', basisPoints: 100, startsAt: '2026-01-01T00:00:00' },
      { code: 'GOOD', kind: 'percent', basisPoints: 100, maxUses: 0 },
    ]) {
      const answer = await asStaff('POST', '/v1/discounts', body);
      expect([answer.status, answer.body.code], JSON.stringify(body)).to.deep.equal([422, 'validation']);
    }
  });

  it('quote an order for everybody', async () => {
    const product = await makeProduct(praxis, staff, { price: eur(333) });
    const code = `Q${Date.now().toString(36)}`.toUpperCase();
    await asStaff('POST', '/v1/discounts', { code, kind: 'percent', basisPoints: 1000 });
    const lines = [
      { productId: product.id, quantity: 2 },
      { productId: product.id, quantity: 1 },
    ];
    const { status, body } = await praxis.call('POST', '/v1/quotes', { body: { lines, discountCode: code } });
    expect(status).to.equal(200);
    expect(body).to.deep.include({
      subtotal: eur(999),
      discount: eur(100),
      total: eur(899),
      discountCode: code,
    });
    expect(body.lines).to.have.length(1);
    const bad = await praxis.call('POST', '/v1/quotes', { body: { lines, discountCode: 'UNKNOWN' } });
    expect([bad.status, bad.body.code]).to.deep.equal([409, 'discount-inactive']);
  });
});
