import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { asValue } from 'awilix';
import { expect } from 'chai';
import pg from 'pg';
import sinon from 'sinon';
import type { PaymentGateway } from '../../src/kernel/payment-gateway.js';
import type { ReconcilePayments } from '../../src/storefront/application/reconcile-payments.js';
import { storefrontModule } from '../../src/storefront/module.js';
import { execute } from '../support/postgres.js';
import { makeUser, startTestPraxis, type Answer, type TestPraxis, type TestUser } from '../support/praxis.js';
import { eventually } from '../support/processes.js';
import { eur, keyed, makeBuyer, makeProduct, order, saveCard } from './world.js';

type Cradle = Readonly<{ paymentGateway: PaymentGateway; reconcilePayments: ReconcilePayments }>;

describe('guessing discount codes', () => {
  let praxis: TestPraxis;
  let lines: { productId: string; quantity: number }[];
  before(async () => {
    praxis = await startTestPraxis({ RATE_LIMIT: 'on', TRUST_PROXY: 'on' });
    const staff = await makeUser(praxis, 'staff');
    lines = [{ productId: (await makeProduct(praxis, staff)).id, quantity: 1 }];
    await praxis.call('POST', '/v1/discounts', {
      token: staff.accessToken,
      body: { code: 'REAL', kind: 'percent', basisPoints: 1000 },
    });
  });
  after(() => praxis.stop());
  const quote = async (ip: string, discountCode?: string): Promise<string> => {
    const { status, body } = await praxis.call('POST', '/v1/quotes', {
      headers: { 'x-forwarded-for': ip },
      body: { lines, ...(discountCode !== undefined && { discountCode }) },
    });
    return `${String(status)} ${String(body.code ?? '')}`.trim();
  };
  const times = <Result>(count: number, attempt: (n: number) => Promise<Result>): Promise<Result[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => attempt(n)));

  it('allows ten wrong codes from an IPv6 /64 in ten minutes, and does not limit quotes without a code', async () => {
    const answers = await times(30, (n) => quote(`2001:db8:1:1::${n.toString(16)}`, `GUESS${String(n)}`));
    expect(answers.filter((answer) => answer === '409 discount-inactive')).to.have.length(10);
    expect(answers.filter((answer) => answer === '429 rate-limited')).to.have.length(20);
    expect(await quote('2001:db8:1:1::1')).to.equal('200');
    expect(await quote('2001:db8:1:1::1', 'REAL')).to.equal('429 rate-limited');
    expect(await quote('2001:db8:2:1::1', 'REAL')).to.equal('200');
  });

  it('allows thirty wrong codes from an IPv6 /48', async () => {
    const answers = await times(50, (n) => quote(`2001:db8:3:${n.toString(16)}::1`, `GUESS${String(n)}`));
    expect(answers.filter((answer) => answer === '409 discount-inactive')).to.have.length(30);
  });

  it('does not count valid codes', async () => {
    for (let n = 0; n < 15; n += 1) expect(await quote('192.0.2.1', 'REAL')).to.equal('200');
  });

  it('counts wrong codes in orders per buyer', async () => {
    const buyer = await makeBuyer(praxis);
    const codes: string[] = [];
    for (let n = 0; n < 12; n += 1)
      codes.push((await order(praxis, buyer, lines, { discountCode: `GUESS${String(n)}` })).body.code);
    expect(codes.filter((code) => code === 'discount-inactive')).to.have.length(10);
    expect(codes.slice(10)).to.deep.equal(['rate-limited', 'rate-limited']);
    expect((await order(praxis, buyer, lines)).status).to.equal(201);
  });
});

describe('orders over HTTP', () => {
  let praxis: TestPraxis;
  let staff: TestUser;
  let cradle: Cradle;
  let gateway: PaymentGateway;
  before(async () => {
    praxis = await startTestPraxis();
    staff = await makeUser(praxis, 'staff');
    cradle = praxis.container.cradle as Cradle;
    gateway = cradle.paymentGateway;
  });
  after(() => praxis.stop());
  afterEach(() => praxis.container.register('paymentGateway', asValue(gateway)));

  const asStaff = (method: string, path: string, body?: unknown): Promise<Answer> =>
    praxis.call(method, path, { token: staff.accessToken, headers: keyed(), body });
  const stockOf = async (product: { id: string }): Promise<number> =>
    (await asStaff('GET', `/v1/products/${product.id}`)).body.stock;
  const rows = async (sql: string, values: unknown[] = []): Promise<{ id: string }[]> => {
    const client = new pg.Client({ connectionString: praxis.ownerUrl });
    await client.connect();
    try {
      return (await client.query<{ id: string }>(sql, values)).rows;
    } finally {
      await client.end();
    }
  };
  const chargesOf = async (orderId: string): Promise<number> =>
    (
      await rows(
        'SELECT FROM sandbox_charges c JOIN payments p ON p.id::text = c.key WHERE p.order_id = $1',
        [orderId],
      )
    ).length;
  /** Makes payments older than the age from which the reconciler settles them. */
  const age = (orderId: string): Promise<void> =>
    execute(
      praxis.ownerUrl,
      `UPDATE payments SET created_at = created_at - interval '1 hour' WHERE order_id = '${orderId}'`,
    );

  it('are placed, paid by card, shipped and delivered', async () => {
    const product = await makeProduct(praxis, staff);
    const buyer = await makeBuyer(praxis);
    const placed = await order(praxis, buyer, [{ productId: product.id, quantity: 3 }]);
    expect(placed.status, placed.text).to.equal(201);
    expect(placed.body).to.deep.include({ status: 'processing', paymentStatus: 'paid', total: eur(3000) });
    const path = `/v1/orders/${placed.body.id}`;
    expect(placed.headers.get('location')).to.equal(path);
    expect((await asStaff('POST', `${path}/ship`)).body.status).to.equal('shipped');
    expect((await asStaff('POST', `${path}/deliver`)).body.status).to.equal('delivered');
    const again = await asStaff('POST', `${path}/ship`);
    expect(again.status).to.equal(409);
    expect(again.body).to.deep.include({
      code: 'invalid-transition',
      from: 'delivered',
      to: 'shipped',
      allowed: [],
    });
    expect(await praxis.mailsTo(buyer.email, 2)).to.have.length(2);
    const { body } = await praxis.call('GET', `${path}/events`, { token: buyer.accessToken });
    expect(body.items.map(({ type }: { type: string }) => type)).to.deep.equal([
      'placed',
      'paymentStarted',
      'paymentCaptured',
      'shipped',
      'delivered',
    ]);
    const booked = await asStaff('GET', `/v1/cash/transactions?origin=order:${placed.body.id}`);
    expect(booked.body.items).to.have.length(1);
    expect(booked.body.items[0].amount).to.deep.equal(eur(3000));
  });

  it('restore ledger and stock when they are paid at the desk, refunded in part and cancelled', async () => {
    const product = await makeProduct(praxis, staff, { stock: 5 });
    const buyer = await makeUser(praxis);
    const placed = await order(praxis, buyer, [{ productId: product.id, quantity: 2 }], {
      payment: { method: 'desk' },
    });
    const path = `/v1/orders/${placed.body.id}`;
    const paid = await asStaff('POST', `${path}/payments`, { method: 'desk' });
    expect([paid.status, paid.body.paymentStatus]).to.deep.equal([201, 'paid']);
    const restock = [{ lineId: paid.body.lines[0].id, quantity: 1 }];
    const refund = { amount: eur(500), reason: 'scratched', restock };
    const refunded = await asStaff('POST', `${path}/refunds`, refund);
    expect([refunded.status, refunded.body.paymentStatus]).to.deep.equal([201, 'partlyRefunded']);
    expect(await stockOf(product)).to.equal(4);
    const tooMuch = await asStaff('POST', `${path}/refunds`, { amount: eur(1501), reason: 'more' });
    expect([tooMuch.status, tooMuch.body.code]).to.deep.equal([409, 'refund-exceeds-captured']);
    expect(tooMuch.body.refundable).to.deep.equal(eur(1500));
    const cancelled = await praxis.call('POST', `${path}/cancel`, { token: buyer.accessToken });
    expect(cancelled.body).to.include({ status: 'cancelled', paymentStatus: 'refunded' });
    expect(await stockOf(product)).to.equal(5);
    const { items } = (await asStaff('GET', `/v1/cash/transactions?origin=order:${placed.body.id}`)).body;
    expect(items.map(({ amount }: { amount: { amount: number } }) => amount.amount).sort()).to.deep.equal([
      1500, 2000, 500,
    ]);
    const { body } = await asStaff('GET', `/v1/products/${product.id}/stock-movements`);
    expect(body.items.map(({ delta }: { delta: number }) => delta)).to.deep.equal([1, 1, -2, 5]);
  });

  it('refund card payments through the gateway when they are cancelled', async () => {
    const product = await makeProduct(praxis, staff);
    const buyer = await makeBuyer(praxis);
    const placed = await order(praxis, buyer, [{ productId: product.id, quantity: 1 }]);
    const path = `/v1/orders/${placed.body.id}`;
    const stale = await praxis.call('POST', `${path}/cancel`, {
      token: buyer.accessToken,
      headers: { 'if-match': '"1"' },
    });
    expect(stale.status).to.equal(412);
    const cancelled = await praxis.call('POST', `${path}/cancel`, {
      token: buyer.accessToken,
      headers: { 'if-match': placed.headers.get('etag')! },
    });
    expect(cancelled.body.refunds[0]).to.deep.include({ amount: eur(1000), status: 'pending' });
    await eventually('the refund is settled', async () => {
      const { body } = await praxis.call('GET', path, { token: buyer.accessToken });
      return body.paymentStatus === 'refunded';
    });
    expect(
      await rows('SELECT FROM sandbox_refunds WHERE key = $1', [cancelled.body.refunds[0].id]),
    ).to.have.length(1);
  });

  describe('refuse', () => {
    let product: Answer['body'];
    let buyer: TestUser;
    before(async () => {
      product = await makeProduct(praxis, staff, { stock: 10 });
      buyer = await makeBuyer(praxis);
    });
    const nothingWritten = async (): Promise<void> => {
      expect(await stockOf(product)).to.equal(10);
      const { body } = await praxis.call('GET', '/v1/orders', { token: buyer.accessToken });
      expect(body.items).to.deep.equal([]);
      expect(await rows('SELECT FROM stock_movements WHERE product_id = $1', [product.id])).to.have.length(1);
    };

    for (const quantity of [-1, 0, 0.1, '3', 1e9, 1000, null, undefined, true, [1]])
      it(`a quantity of ${JSON.stringify(quantity)}`, async () => {
        const { status, body } = await order(praxis, buyer, [{ productId: product.id, quantity } as never]);
        expect([status, body.code]).to.deep.equal([422, 'validation']);
        expect(body.errors[0].pointer).to.equal('/lines/0/quantity');
        await nothingWritten();
      });

    it('bodies that break the schema', async () => {
      for (const lines of [
        [],
        'x',
        Array.from({ length: 101 }, () => ({ productId: product.id, quantity: 1 })),
      ])
        expect((await order(praxis, buyer, lines as never)).body.code).to.equal('validation');
      const line = [{ productId: product.id, quantity: 1 }];
      for (const more of [
        { payment: { method: 'cash' } },
        { payment: { method: 'desk', cardId: randomUUID() } },
        { payment: { method: 'card', cardId: 'mine' } },
        { discountCode: 7 },
        { expectedTotal: 1000 },
        { expectedTotal: { amount: 10.5, currency: 'EUR' } },
        { coupon: 'X' },
      ])
        expect((await order(praxis, buyer, line, more)).body.code, JSON.stringify(more)).to.equal(
          'validation',
        );
      await nothingWritten();
    });

    it('a card number instead of a card', async () => {
      const payment = { method: 'card', cardId: '4242 4242 4242 4242' };
      const { body } = await order(praxis, buyer, [{ productId: product.id, quantity: 1 }], { payment });
      expect(body.code).to.equal('pan-forbidden');
      await nothingWritten();
    });

    it('somebody else\u2019s card, unknown and retired products, another currency, and too many pieces', async () => {
      const other = await makeBuyer(praxis);
      const cardId = await saveCard(praxis, other, 'tok_visa_1111');
      const line = [{ productId: product.id, quantity: 1 }];
      const foreign = await order(praxis, buyer, line, { payment: { method: 'card', cardId } });
      expect([foreign.status, foreign.body.code]).to.deep.equal([404, 'not-found']);
      const unknown = await order(praxis, buyer, [...line, { productId: randomUUID(), quantity: 1 }]);
      expect(unknown.body.errors[0].pointer).to.equal('/lines/1/productId');
      const retired = await makeProduct(praxis, staff, { isActive: false });
      const inactive = await order(praxis, buyer, [...line, { productId: retired.id, quantity: 1 }]);
      expect([inactive.status, inactive.body.code]).to.deep.equal([409, 'product-inactive']);
      const dollars = { expectedTotal: { amount: 1000, currency: 'USD' } };
      expect((await order(praxis, buyer, line, dollars)).body.code).to.equal('currency-mismatch');
      const twice = [{ productId: product.id, quantity: 6 }, ...line, { productId: product.id, quantity: 5 }];
      const short = await order(praxis, buyer, twice);
      expect([short.status, short.body.code]).to.deep.equal([409, 'insufficient-stock']);
      expect(short.body.lines).to.deep.equal([{ productId: product.id, requested: 12, available: 10 }]);
      const changed = await order(praxis, buyer, line, { expectedTotal: eur(999) });
      expect([changed.status, changed.body.code]).to.deep.equal([409, 'price-changed']);
      expect(changed.body.quote.total).to.deep.equal(eur(1000));
      await nothingWritten();
    });

    it('a request without an Idempotency-Key', async () => {
      const { body } = await praxis.call('POST', '/v1/orders', {
        token: buyer.accessToken,
        body: { lines: [{ productId: product.id, quantity: 1 }], payment: { method: 'desk' } },
      });
      expect(body.code).to.equal('idempotency-key-required');
    });

    it('access to somebody else\u2019s orders', async () => {
      const { body } = await order(praxis, await makeUser(praxis), [{ productId: product.id, quantity: 1 }], {
        payment: { method: 'desk' },
      });
      const path = `/v1/orders/${body.id}`;
      for (const [method, at] of [
        ['GET', ''],
        ['GET', '/events'],
        ['POST', '/cancel'],
      ] as const) {
        const foreign = await praxis.call(method, path + at, { token: buyer.accessToken });
        const unknown = await praxis.call(method, `/v1/orders/${randomUUID()}${at}`, {
          token: buyer.accessToken,
        });
        const { instance: _a, requestId: _b, ...problem } = foreign.body;
        const { instance: _c, requestId: _d, ...expected } = unknown.body;
        expect([foreign.status, problem]).to.deep.equal([404, expected]);
      }
      const list = await praxis.call('GET', `/v1/orders?userId=${body.userId}`, { token: buyer.accessToken });
      expect(list.status).to.equal(403);
      await praxis.call('POST', `${path}/cancel`, { token: staff.accessToken });
    });
  });

  describe('with an Idempotency-Key', () => {
    let product: Answer['body'];
    before(async () => {
      product = await makeProduct(praxis, staff, { stock: 1000 });
    });
    const lines = () => [{ productId: product.id, quantity: 1 }];

    it('make one order and one charge for fifty concurrent requests, which get the same response', async () => {
      const buyer = await makeBuyer(praxis);
      const key = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => order(praxis, buyer, lines(), {}, key)),
      );
      const done = answers.filter(({ status }) => status === 201);
      expect(new Set(done.map(({ text }) => text)).size).to.equal(1);
      for (const { status, body } of answers)
        if (status !== 201) expect([status, body.code]).to.deep.equal([409, 'request-in-flight']);
      const { body } = await praxis.call('GET', '/v1/orders', { token: buyer.accessToken });
      expect(body.items).to.have.length(1);
      expect(await chargesOf(body.items[0].id)).to.equal(1);
      const again = await order(praxis, buyer, lines(), {}, key);
      expect([again.status, again.headers.get('idempotent-replayed')]).to.deep.equal([201, 'true']);
      expect(again.text).to.equal(done[0]!.text);
      const other = await order(praxis, buyer, [...lines(), ...lines()], {}, key);
      expect([other.status, other.body.code]).to.deep.equal([422, 'idempotency-key-reused']);
    });

    it('answer a retry from the order when it costs nothing and the first response was lost', async () => {
      const free = await makeProduct(praxis, staff, { price: eur(0) });
      const buyer = await makeBuyer(praxis);
      const key = randomUUID();
      const attempt = () => order(praxis, buyer, [{ productId: free.id, quantity: 1 }], {}, key);
      const orderQueries = praxis.container.getRegistration('orderQueries')!;
      const find = () => Promise.reject(new Error('the second transaction fails'));
      praxis.container.register({ orderQueries: asValue({ find }) });
      const lost = await attempt().finally(() => praxis.container.register({ orderQueries }));
      expect(lost.status).to.equal(500);
      const retried = await attempt();
      expect([retried.status, retried.body.status, retried.body.total]).to.deep.equal([
        201,
        'processing',
        eur(0),
      ]);
      const replayed = await attempt();
      expect([replayed.text, replayed.headers.get('idempotent-replayed')]).to.deep.equal([
        retried.text,
        'true',
      ]);
      const { body } = await praxis.call('GET', '/v1/orders', { token: buyer.accessToken });
      expect(body.items.map(({ id }: { id: string }) => id)).to.deep.equal([retried.body.id]);
    });

    it('answer a declined card with the same 402 when repeated, and keep the order payable by another card', async () => {
      const buyer = await makeBuyer(praxis, 'tok_declined');
      const key = randomUUID();
      const declined = await order(praxis, buyer, lines(), {}, key);
      expect([declined.status, declined.body.code]).to.deep.equal([402, 'card-declined']);
      const again = await order(praxis, buyer, lines(), {}, key);
      expect([again.status, again.headers.get('idempotent-replayed')]).to.deep.equal([402, 'true']);
      const path = `/v1/orders/${declined.body.orderId}`;
      const { body } = await praxis.call('GET', path, { token: buyer.accessToken });
      expect(body).to.include({ status: 'pending', paymentStatus: 'unpaid' });
      const cardId = await saveCard(praxis, buyer, 'tok_visa_4242');
      const paid = await praxis.call('POST', `${path}/payments`, {
        token: buyer.accessToken,
        headers: keyed(),
        body: { method: 'card', cardId },
      });
      expect([paid.status, paid.body.status]).to.deep.equal([201, 'processing']);
      expect(paid.headers.get('location')).to.equal(path);
    });

    it('store the 202 of a silent gateway; the order is settled later and cannot be cancelled before', async () => {
      const buyer = await makeBuyer(praxis, 'tok_timeout');
      const key = randomUUID();
      const accepted = await order(praxis, buyer, lines(), {}, key);
      expect([accepted.status, accepted.body.paymentStatus]).to.deep.equal([202, 'inDoubt']);
      expect((await order(praxis, buyer, lines(), {}, key)).text).to.equal(accepted.text);
      const path = `/v1/orders/${accepted.body.id}`;
      const refused = await praxis.call('POST', `${path}/cancel`, { token: buyer.accessToken });
      expect([refused.status, refused.body.code]).to.deep.equal([409, 'invalid-transition']);
      const second = await asStaff('POST', `${path}/payments`, { method: 'desk' });
      expect([second.status, second.body.code]).to.deep.equal([409, 'payment-in-doubt']);
      await age(accepted.body.id);
      await cradle.reconcilePayments();
      const { body } = await praxis.call('GET', path, { token: buyer.accessToken });
      expect(body).to.include({ status: 'processing', paymentStatus: 'paid' });
      expect(await chargesOf(body.id)).to.equal(1);
    });

    it('charge once when the client disconnects and retries', async () => {
      const buyer = await makeBuyer(praxis, 'tok_slow');
      const key = randomUUID();
      const request = {
        method: 'POST',
        headers: {
          authorization: `Bearer ${buyer.accessToken}`,
          'content-type': 'application/json',
          ...keyed(key),
        },
        body: JSON.stringify({ lines: lines(), payment: { method: 'card' } }),
      };
      const hungUp = await fetch(`${praxis.url}/v1/orders`, {
        ...request,
        signal: AbortSignal.timeout(300),
      }).catch((error: unknown) => error);
      expect(hungUp).to.have.property('name', 'TimeoutError');
      const waiting = await order(praxis, buyer, lines(), {}, key);
      expect([waiting.status, waiting.body.code]).to.deep.equal([409, 'request-in-flight']);
      expect(waiting.headers.get('retry-after')).to.equal('1');
      let answer = waiting;
      for (let tries = 0; answer.status === 409 && tries < 40; tries += 1) {
        await sleep(100);
        answer = await order(praxis, buyer, lines(), {}, key);
      }
      expect([answer.status, answer.body.status]).to.deep.equal([201, 'processing']);
      expect(await chargesOf(answer.body.id)).to.equal(1);
    });

    for (const [what, token, expected] of [
      ['captured', 'tok_visa_4242', [201, undefined]],
      ['declined', 'tok_declined', [402, 'card-declined']],
    ] as const)
      it(`after a crash behind a ${what} charge, answer retries 409 until the reconciler has settled the payment`, async () => {
        const buyer = await makeBuyer(praxis, token);
        const key = randomUUID();
        praxis.container.register(
          'paymentGateway',
          asValue<PaymentGateway>({
            ...gateway,
            async confirm(charge) {
              await gateway.confirm(charge);
              throw new Error('the process goes away here');
            },
          }),
        );
        expect((await order(praxis, buyer, lines(), {}, key)).status).to.equal(500);
        const waiting = await order(praxis, buyer, lines(), {}, key);
        expect([waiting.status, waiting.body.code]).to.deep.equal([409, 'request-in-flight']);
        const [made] = await rows('SELECT id FROM orders WHERE user_id = $1', [buyer.id]);
        const { id } = made!;
        await age(id);
        await cradle.reconcilePayments();
        const answer = await order(praxis, buyer, lines(), {}, key);
        expect([answer.status, answer.body.code]).to.deep.equal(expected);
        expect(answer.headers.get('idempotent-replayed')).to.equal(null);
        const again = await order(praxis, buyer, lines(), {}, key);
        expect([again.status, again.headers.get('idempotent-replayed')]).to.deep.equal([expected[0], 'true']);
        expect(await rows('SELECT FROM orders WHERE user_id = $1', [buyer.id])).to.have.length(1);
        expect(await chargesOf(id)).to.equal(1);
      });
  });

  it('are listed with their lines by one statement, however many there are', async () => {
    const products = await Promise.all(Array.from({ length: 20 }, () => makeProduct(praxis, staff)));
    const buyer = await makeUser(praxis);
    const place = (count: number) =>
      order(
        praxis,
        buyer,
        products.slice(0, count).map(({ id }) => ({ productId: id, quantity: 1 })),
        { payment: { method: 'desk' } },
      );
    for (let made = 0; made < 20; made += 1) expect((await place(20)).status).to.equal(201);

    await eventually(
      'the mails are sent',
      async () => (await rows("SELECT FROM jobs WHERE kind = 'storefront.order-mail'")).length === 0,
    );
    const statements: string[] = [];
    const spy = sinon.stub(pg.Client.prototype, 'query').callsFake(function (
      this: pg.Client,
      ...args: unknown[]
    ) {
      const [first] = args as [string | { text: string }];
      statements.push(typeof first === 'string' ? first : first.text);
      return Reflect.apply(spy.wrappedMethod, this, args) as undefined;
    });
    let answer: Answer;
    try {
      answer = await praxis.call('GET', '/v1/orders', { token: buyer.accessToken });
    } finally {
      spy.restore();
    }
    expect(answer.body.items).to.have.length(20);
    for (const { lines } of answer.body.items) expect(lines).to.have.length(20);
    // Jobs run meanwhile and search for overdue orders; every other statement of the shop belongs to this request.
    const ours = statements.filter(
      (sql) =>
        /\b(FROM|JOIN) (orders|order_lines|payments|refunds|products)\b/.test(sql) &&
        !/expires_at <=|settled_at >|created_at </.test(sql),
    );
    expect(ours, ours.join('\n---\n')).to.have.length(1);
    expect(ours[0]).to.include('string_agg');
  });

  it('are listed by status, time, code and user, for staff', async () => {
    const product = await makeProduct(praxis, staff);
    const buyer = await makeUser(praxis);
    // Not a decimal number: one in ten passes as a card number, which an order refuses.
    const code = `C${Date.now().toString(36)}`.toUpperCase();
    await asStaff('POST', '/v1/discounts', { code, kind: 'percent', basisPoints: 2500 });
    const { body } = await order(praxis, buyer, [{ productId: product.id, quantity: 1 }], {
      payment: { method: 'desk' },
      discountCode: code.toLowerCase(),
    });
    expect(body, JSON.stringify(body)).to.deep.include({
      discount: eur(250),
      total: eur(750),
      discountCode: code,
    });
    for (const [query, count] of [
      [`userId=${buyer.id}&status=pending,processing`, 1],
      [`userId=${buyer.id}&status=shipped`, 0],
      [`discountCode=${code.toLowerCase()}`, 1],
      [`userId=${buyer.id}&from=${encodeURIComponent(body.createdAt)}&sort=createdAt`, 1],
      [`userId=${buyer.id}&to=${encodeURIComponent(body.createdAt)}`, 0],
    ] as const)
      expect((await asStaff('GET', `/v1/orders?${query}`)).body.items, query).to.have.length(count);
    expect((await asStaff('GET', '/v1/orders?state=pending')).status).to.equal(400);
  });

  it('are part of the export of a member, without data of the gateway', async () => {
    const product = await makeProduct(praxis, staff);
    const buyer = await makeBuyer(praxis, 'tok_timeout');
    const { body } = await order(praxis, buyer, [{ productId: product.id, quantity: 1 }]);
    const { exportMember } = storefrontModule;
    const held = JSON.stringify(await exportMember!.collect(praxis.container.cradle as never, buyer.id));
    expect(held).to.include(body.id).and.to.include(product.name);
    expect(held).not.to.match(/tok_|handle/i);
  });

  it('can be paid only at the desk when the practice takes no cards', async () => {
    const deskOnly = await startTestPraxis({ PAYMENT_GATEWAY: 'desk' });
    try {
      const clerk = await makeUser(deskOnly, 'staff');
      const product = await makeProduct(deskOnly, clerk);
      const lines = [{ productId: product.id, quantity: 1 }];
      const refused = await order(deskOnly, clerk, lines);
      expect([refused.status, refused.body.code]).to.deep.equal([422, 'card-payments-off']);
      expect((await order(deskOnly, clerk, lines, { payment: { method: 'desk' } })).status).to.equal(201);
    } finally {
      await deskOnly.stop();
    }
  });
});
