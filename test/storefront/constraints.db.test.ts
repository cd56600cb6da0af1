import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { rejection } from '../support/rejection.js';
import {
  brokenRules,
  buy,
  eur,
  makeBuyers,
  staff,
  stocked,
  type ShopCradle,
} from '../support/shop-on-postgres.js';

/** Constraints of the database, and the integrity checks for data that violates them. */
describe('the shop\u2019s tables', () => {
  let postgres: OnPostgres<ShopCradle>;
  let owner: pg.Client;
  let application: pg.Client;
  let userId: string;
  let productId: string;
  let orderId: string;
  before(async () => {
    postgres = await openOnPostgres<ShopCradle>();
    owner = new pg.Client({ connectionString: postgres.ownerUrl });
    application = new pg.Client({ connectionString: postgres.databaseUrl });
    await Promise.all([owner.connect(), application.connect()]);
    const { cradle } = postgres;
    [userId] = (await makeBuyers(cradle, 1)) as [string];
    productId = await stocked(cradle, 100);
    await cradle.addDiscount({
      code: 'TEN',
      reduction: { kind: 'percent', basisPoints: 1000 },
      minSubtotal: null,
      startsAt: null,
      endsAt: null,
      maxUses: 5,
      maxUsesPerUser: null,
      isActive: true,
    });
    const order = await buy(cradle, userId, [productId], { discountCode: 'TEN' });
    orderId = order.id;
    const refund = {
      amount: eur(100),
      reason: 'broken',
      restock: [{ lineId: order.lines[0]!.id, quantity: 1 }],
    };
    const { refunds } = await cradle.refundOrder({ caller: staff(userId), orderId, ...refund });
    await cradle.settleRefund({ orderId, refundId: refunds[0]!.id });
  });
  after(async () => {
    await Promise.all([owner.end(), application.end()]);
    await postgres.close();
  });

  const PRODUCT = `INSERT INTO products (id, sku, name, price, stock, is_active, created_at, updated_at, version)
    VALUES (gen_random_uuid(), gen_random_uuid(), $1, $2, $3, true, now(), now(), 1)`;
  const ORDER = `INSERT INTO orders (id, user_id, status, method, subtotal, discount, total, expires_at, created_at, updated_at, version)
    VALUES ($1, $2, $3, 'card', $4, $5, $6, $7, now(), now(), 1)`;
  const LINE = `INSERT INTO order_lines (id, order_id, position, product_id, sku, name, quantity, unit_price, discount, total)
    VALUES (gen_random_uuid(), $1, 9, $2, 'x', 'x', $3, $4, $5, $6)`;

  const REFUSED: readonly (readonly [string, string, string, (() => unknown[])?])[] = [
    ['a price below zero', 'products_price_check', PRODUCT, () => ['Floss', -1, 0]],
    ['stock below zero', 'products_stock_check', PRODUCT, () => ['Floss', 1, -1]],
    ['a short name', 'products_name_check', PRODUCT, () => ['x', 1, 1]],
    ['a quantity of nothing', 'order_lines_quantity_check', LINE, () => [orderId, productId, 0, 1, 0, 0]],
    [
      'a line total that does not add up',
      'order_lines_total_check',
      LINE,
      () => [orderId, randomUUID(), 2, 100, 50, 151],
    ],
    [
      'an order total that does not add up',
      'orders_total_check',
      ORDER,
      () => [randomUUID(), userId, 'processing', 100, 0, 91, null],
    ],
    [
      'an order that waits for ever',
      'orders_expires_at_check',
      ORDER,
      () => [randomUUID(), userId, 'pending', 0, 0, 0, null],
    ],
    [
      'an order without lines',
      'orders_sums_check',
      ORDER,
      () => [randomUUID(), userId, 'processing', 0, 0, 0, null],
    ],
    ['a way back', 'orders_transition_check', "UPDATE orders SET status = 'pending', expires_at = now()"],
    ['another total', 'orders_frozen_check', 'UPDATE orders SET subtotal = subtotal + 1, total = total + 1'],
    ['another buyer', 'orders_frozen_check', 'UPDATE orders SET user_id = gen_random_uuid()'],
    ['a payment taken back', 'payments_transition_check', "UPDATE payments SET status = 'declined'"],
    ['another amount', 'payments_transition_check', 'UPDATE payments SET amount = amount + 1'],
    ['a refund that grows', 'refunds_transition_check', 'UPDATE refunds SET amount = amount + 1'],
    [
      'a refund beyond what was captured',
      'refunds_captured_check',
      `INSERT INTO refunds (id, order_id, payment_id, amount, reason, status, created_at)
       SELECT gen_random_uuid(), order_id, id, amount, 'x', 'pending', now() FROM payments`,
    ],
    [
      'money back without a payment',
      'refunds_amount_check',
      `INSERT INTO refunds (id, order_id, payment_id, amount, reason, status, created_at, settled_at)
       SELECT gen_random_uuid(), id, NULL, 1, 'x', 'succeeded', now(), now() FROM orders`,
    ],
    [
      'a SKU that differs from another in case alone',
      'products_sku_key',
      `INSERT INTO products (id, sku, name, price, stock, is_active, created_at, updated_at, version)
       SELECT gen_random_uuid(), upper(sku), 'Floss', 1, 0, true, now(), now(), 1 FROM products`,
    ],
    [
      'more back than went out',
      'refund_restocks_sold_check',
      `WITH r AS (
         INSERT INTO refunds (id, order_id, payment_id, amount, reason, status, created_at)
         SELECT gen_random_uuid(), order_id, id, 1, 'x', 'pending', now() FROM payments RETURNING id, order_id)
       INSERT INTO refund_restocks SELECT r.id, l.id, 1 FROM r JOIN order_lines l USING (order_id)`,
    ],
    [
      'two processing payments',
      'payments_one_processing_key',
      `INSERT INTO payments (id, order_id, method, amount, status, card_last4, created_at)
       SELECT gen_random_uuid(), id, 'card', 1, 'processing', '4242', now() FROM orders, generate_series(1, 2)`,
    ],
    ['more uses than there may be', 'discounts_used_check', 'UPDATE discounts SET used = 6'],
    ['fewer uses than none', 'discounts_used_check', 'UPDATE discounts SET used = -1'],
    ['a percentage beyond all', 'discounts_reduction_check', 'UPDATE discounts SET basis_points = 10001'],
    [
      'a movement of nothing',
      'stock_movements_delta_check',
      `INSERT INTO stock_movements (id, product_id, delta, reason, created_at)
       SELECT gen_random_uuid(), id, 0, 'x', now() FROM products`,
    ],
  ];
  for (const [what, constraint, sql, values] of REFUSED)
    it(`refuse ${what}`, async () => {
      await application.query('BEGIN');
      try {
        const error = await rejection(
          application.query(sql, values?.()).then(() => application.query('COMMIT')),
        );
        expect(error).to.have.property('constraint', constraint);
      } finally {
        await application.query('ROLLBACK');
      }
    });

  for (const table of ['order_lines', 'order_events', 'refund_restocks', 'stock_movements'])
    it(`refuse to change ${table}, even to the owner of the tables`, async () => {
      for (const sql of [`DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]) {
        const denied = await rejection(application.query(sql));
        expect(denied).to.have.property('code').that.is.oneOf(['42501', '23001']);
        expect(await rejection(owner.query(sql))).to.have.property('code', '23001');
      }
      const column = table === 'refund_restocks' ? 'refund_id' : 'id';
      expect(await rejection(owner.query(`UPDATE ${table} SET ${column} = ${column}`))).to.have.property(
        'code',
        '23001',
      );
    });

  it('refuse to delete a product that was sold', async () => {
    expect(await rejection(application.query('DELETE FROM products'))).to.have.property('code', '23001');
  });

  it('refuse to add a line to an order later', async () => {
    const other = await stocked(postgres.cradle, 1);
    const error = await rejection(owner.query(LINE, [orderId, other, 1, 1, 0, 1]));
    expect(error).to.have.property('constraint', 'orders_sums_check');
  });

  it('refuse to add a line to an order that has changed in the same transaction', async () => {
    const other = await stocked(postgres.cradle, 1);
    await owner.query('BEGIN');
    try {
      await owner.query('UPDATE orders SET version = version + 1 WHERE id = $1', [orderId]);
      const error = await rejection(
        owner.query(LINE, [orderId, other, 1, 1, 0, 1]).then(() => owner.query('COMMIT')),
      );
      expect(error).to.have.property('constraint', 'orders_sums_check');
    } finally {
      await owner.query('ROLLBACK');
    }
  });

  it('accept two orders with their lines in one statement, and refuse both when one does not add up', async () => {
    const two = (total: number) =>
      `WITH placed AS (
         INSERT INTO orders (id, user_id, status, method, subtotal, discount, total, created_at, updated_at, version)
         SELECT gen_random_uuid(), $1, 'processing', 'desk', total, 0, total, now(), now(), 1
         FROM (VALUES (0), (${total})) AS o (total)
         RETURNING id)
       INSERT INTO order_lines (id, order_id, position, product_id, sku, name, quantity, unit_price, discount, total)
       SELECT gen_random_uuid(), id, 0, $2, 'x', 'x', 1, 0, 0, 0 FROM placed`;
    await owner.query('BEGIN');
    await owner.query(two(0), [userId, productId]);
    await owner.query('SET CONSTRAINTS ALL IMMEDIATE');
    const error = await rejection(owner.query(two(1), [userId, productId]));
    await owner.query('ROLLBACK');
    expect(error).to.have.property('constraint', 'orders_sums_check');
  });

  it('find orders by discount code through the partial index', async () => {
    const { rows } = await owner.query<{ indexdef: string }>(
      "SELECT indexdef FROM pg_indexes WHERE indexname = 'orders_discount_code_idx'",
    );
    expect(rows[0]?.indexdef).to.match(/\(discount_code, .*WHERE \(discount_code IS NOT NULL\)$/);
    await owner.query('BEGIN; SET LOCAL enable_seqscan = off');
    const plan = await owner.query<{ 'QUERY PLAN': string }>(
      "EXPLAIN SELECT id FROM orders WHERE discount_code = 'TEN' ORDER BY created_at DESC, id DESC",
    );
    await owner.query('ROLLBACK');
    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).to.include('orders_discount_code_idx');
  });

  describe('and the integrity checks', () => {
    it('report nothing for valid data', async () => {
      expect(await brokenRules(postgres.cradle)).to.deep.equal([]);
    });

    const BREAKS: readonly (readonly [string, string, readonly string[]])[] = [
      ['stock-equals-its-movements', 'UPDATE products SET stock = stock + 1', ['products']],
      [
        'order-takes-its-pieces',
        'UPDATE stock_movements SET delta = -5 WHERE order_id IS NOT NULL',
        ['stock_movements'],
      ],
      [
        'order-equals-its-lines',
        'UPDATE order_lines SET discount = discount + 1, total = total - 1',
        ['order_lines'],
      ],
      ['paid-orders-go-on', "UPDATE orders SET status = 'pending', expires_at = now()", ['orders']],
      ['paid-orders-go-on', "UPDATE payments SET status = 'declined'", ['payments', 'refunds']],
      ['refunds-within-what-was-captured', 'UPDATE refunds SET amount = 100000', ['refunds']],
      ['discount-used-equals-its-orders', 'UPDATE discounts SET used = 3', ['discounts']],
      ['discount-used-equals-its-orders', 'UPDATE discount_uses SET used = 3', ['discount_uses']],
      ['captured-exactly-when-booked', 'UPDATE payments SET amount = amount + 1', ['payments']],
      [
        'captured-exactly-when-booked',
        "UPDATE refunds SET status = 'pending', settled_at = NULL",
        ['refunds'],
      ],
      ['shop-income-equals-what-was-kept', 'UPDATE payments SET amount = amount + 1', ['payments']],
      ['shop-income-equals-what-was-kept', 'UPDATE cash_postings SET delta = delta + 1', ['cash_postings']],
    ];
    for (const [name, sql, tables] of BREAKS)
      it(`report ${name} after ${sql}`, async () => {
        const disable = tables.map((table) => `ALTER TABLE ${table} DISABLE TRIGGER USER`);
        try {
          await owner.query(['BEGIN', ...disable, sql].join('; '));
          // In the same transaction, so that its rollback restores the data.
          const { storefrontModule } = await import('../../src/storefront/module.js');
          const check = storefrontModule.integrityChecks?.find((each) => each.name === name);
          const { rows } = await owner.query(check!.sql);
          expect(rows.length).to.be.greaterThan(0);
          for (const row of rows) expect(row).to.have.property('id').that.is.a('string');
        } finally {
          await owner.query('ROLLBACK');
        }
      });
  });
});
