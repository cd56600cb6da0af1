import { expect } from 'chai';
import pg from 'pg';
import { QueryTypes } from 'sequelize';
import { barrier } from '../support/barrier.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { openConnections } from '../support/open-connections.js';
import { runScript } from '../support/processes.js';
import {
  brokenRules,
  buy,
  eur,
  makeBuyers,
  member,
  staff,
  stocked,
  type ShopCradle,
} from '../support/shop-on-postgres.js';
import { codesOf, countCodes, times } from '../support/race-outcomes.js';

const DESK = { payment: { method: 'desk' } } as const;

describe('concurrent requests of the shop on PostgreSQL', () => {
  let postgres: OnPostgres<ShopCradle>;
  let cradle: ShopCradle;
  before(async () => {
    postgres = await openOnPostgres<ShopCradle>();
    cradle = postgres.cradle;
    await openConnections(cradle.sequelize, 10);
  });
  after(() => postgres.close());
  afterEach('every rule holds', async () => {
    expect(await brokenRules(cradle)).to.deep.equal([]);
  });

  const stockOf = async (id: string): Promise<number | undefined> =>
    (await cradle.productQueries.find(id))?.stock;
  const clerk = async () => staff((await makeBuyers(cradle, 1))[0]!);

  describe('200 concurrent buyers of 50 pieces', () => {
    it('buy exactly 50 pieces from two processes, and the stock is 0', async () => {
      const productId = await stocked(cradle, 50);
      const buyers = await makeBuyers(cradle, 200);
      const shops = [buyers.slice(0, 100), buyers.slice(100)].map((half) =>
        runScript('races/processes/buy.ts', [postgres.databaseUrl, productId, ...half], {
          stdio: ['pipe', 'pipe', 'pipe'],
        }),
      );
      for (const { firstLine } of shops) expect(await firstLine).to.equal('ready');
      for (const { child } of shops) child.stdin!.write('go\n');
      const outcomes: string[] = [];
      for (const { outcome } of shops) {
        const { code, stdout, stderr } = await outcome;
        expect(code, stderr).to.equal(0);
        outcomes.push(...(JSON.parse(stdout.split('\n')[1]!) as string[]));
      }
      expect(countCodes(outcomes)).to.deep.equal({ processing: 50, 'insufficient-stock': 150 });
      expect(await stockOf(productId)).to.equal(0);
    });

    it('control: oversell when the stock is read and written without a lock', async () => {
      const productId = await stocked(cradle, 5);
      const { sequelize } = cradle;
      const allHaveRead = barrier(10);
      const naive = (): Promise<boolean> =>
        sequelize.transaction(async (transaction) => {
          const [row] = await sequelize.query<{ stock: string }>('SELECT stock FROM products WHERE id = $1', {
            bind: [productId],
            type: QueryTypes.SELECT,
            transaction,
          });
          const stock = Number(row?.stock);
          await allHaveRead();
          if (stock < 1) return false;
          await sequelize.query('UPDATE products SET stock = $2 WHERE id = $1', {
            bind: [productId, stock - 1],
            type: QueryTypes.RAW,
            transaction,
          });
          return true;
        });
      const sold = (await Promise.all(times(10, naive))).filter(Boolean).length;
      expect(sold).to.equal(10);
      await sequelize.query(
        'UPDATE products SET stock = (SELECT sum(delta) FROM stock_movements WHERE product_id = $1) WHERE id = $1',
        { bind: [productId], type: QueryTypes.RAW },
      );
    });
  });

  describe('concurrent orders with the same products in different order', () => {
    const shuffled = <Item>(items: readonly Item[], turn: number): Item[] =>
      turn % 2 === 0 ? [...items] : [...items].reverse();

    it('cause no deadlock', async () => {
      const products = await Promise.all(times(5, () => stocked(cradle, 1000)));
      const buyers = await makeBuyers(cradle, 60);
      const codes = await codesOf(
        buyers.map((userId, turn) => buy(cradle, userId, shuffled(products, turn), DESK)),
      );
      expect(countCodes(codes)).to.deep.equal({ ok: 60 });
    });

    it('control: deadlock when products are not locked in order of id', async () => {
      const products = await Promise.all(times(5, () => stocked(cradle, 1000)));
      const { sequelize } = cradle;
      const allHoldOne = barrier(2);
      const naive = (turn: number): Promise<void> =>
        sequelize.transaction(async (transaction) => {
          for (const [position, id] of shuffled(products, turn).entries()) {
            if (position === 1) await allHoldOne();
            await sequelize.query('UPDATE products SET stock = stock WHERE id = $1', {
              bind: [id],
              type: QueryTypes.RAW,
              transaction,
            });
          }
        });
      const outcomes = await Promise.allSettled(times(2, naive));
      const deadlocks = outcomes.filter(
        (outcome) =>
          outcome.status === 'rejected' &&
          (outcome.reason as { parent?: { code?: string } }).parent?.code === '40P01',
      );
      expect(deadlocks).to.have.length(1);
    });
  });

  describe('300 concurrent uses of a code that is limited to five', () => {
    const limited = (maxUses: number | null, maxUsesPerUser: number | null, code: string) =>
      cradle.addDiscount({
        code,
        reduction: { kind: 'percent', basisPoints: 1000 },
        minSubtotal: null,
        startsAt: null,
        endsAt: null,
        maxUses,
        maxUsesPerUser,
        isActive: true,
      });

    it('are accepted five times', async () => {
      const productId = await stocked(cradle, 1000);
      const { id } = await limited(5, null, 'FIVE');
      const buyers = await makeBuyers(cradle, 300);
      const codes = await codesOf(
        buyers.map((userId) => buy(cradle, userId, [productId], { ...DESK, discountCode: 'five' })),
      );
      expect(countCodes(codes)).to.deep.equal({ 'discount-exhausted': 295, ok: 5 });
      expect((await cradle.discountQueries.find(id))?.used).to.equal(5);
      expect(await stockOf(productId)).to.equal(995);
    });

    it('control: are accepted more often when the count is read without a lock', async () => {
      const { id } = await limited(null, null, 'NAIVE');
      const { sequelize } = cradle;
      let uses = 0;
      const allHaveRead = barrier(8);
      const naive = (): Promise<void> =>
        sequelize.transaction(async (transaction) => {
          const discount = await cradle.discountQueries.find(id);
          await allHaveRead();
          if (discount === undefined || discount.used >= 5) return;
          await sequelize.query('UPDATE discounts SET used = $2 WHERE id = $1', {
            bind: [id, discount.used + 1],
            type: QueryTypes.RAW,
            transaction,
          });
          uses += 1;
        });
      await Promise.all(times(8, naive));
      expect(uses).to.equal(8);
      await sequelize.query('UPDATE discounts SET used = 0 WHERE id = $1', {
        bind: [id],
        type: QueryTypes.RAW,
      });
    });

    it('are accepted once for each buyer when the code has a limit for each buyer', async () => {
      const productId = await stocked(cradle, 1000);
      await limited(null, 1, 'ONCE');
      const buyers = await makeBuyers(cradle, 5);
      const codes = await codesOf(
        times(50, (racer) => buy(cradle, buyers[racer % 5]!, [productId], { ...DESK, discountCode: 'ONCE' })),
      );
      expect(countCodes(codes)).to.deep.equal({ 'discount-exhausted': 45, ok: 5 });
    });
  });

  describe('concurrent changes of one order', () => {
    it('either cancel or ship it, and restock at most once', async () => {
      const caller = await clerk();
      const buyers = await makeBuyers(cradle, 20);
      const productId = await stocked(cradle, 100);
      const winners: string[] = [];
      for (const userId of buyers) {
        const order = await buy(cradle, userId, [productId]);
        const command = { caller, orderId: order.id, expectedVersion: undefined };
        const before = (await stockOf(productId))!;
        const codes = await codesOf([cradle.cancelOrder(command), cradle.shipOrder(command)]);
        expect([...codes].sort()).to.deep.equal(['invalid-transition', 'ok']);
        const cancelled = codes[0] === 'ok';
        winners.push(cancelled ? 'cancelled' : 'shipped');
        expect(await stockOf(productId)).to.equal(before + (cancelled ? 1 : 0));
        expect((await cradle.orderQueries.find(order.id))?.status).to.equal(winners.at(-1));
      }
    });

    it('restock once after ten cancellations', async () => {
      const [userId] = await makeBuyers(cradle, 1);
      const productId = await stocked(cradle, 7);
      const order = await buy(cradle, userId!, [productId], DESK);
      const command = { caller: member(userId!), orderId: order.id, expectedVersion: undefined };
      const codes = await codesOf(times(10, () => cradle.cancelOrder(command)));
      expect(countCodes(codes)).to.deep.equal({ 'invalid-transition': 9, ok: 1 });
      expect(await stockOf(productId)).to.equal(7);
    });

    it('charge once for ten payments', async () => {
      const caller = await clerk();
      const [userId] = await makeBuyers(cradle, 1);
      const order = await buy(cradle, userId!, [await stocked(cradle, 7)], DESK);
      const codes = await codesOf(
        times(10, (racer) =>
          racer % 2 === 0
            ? cradle.payOrder({ caller, orderId: order.id, ...DESK })
            : cradle.payOrder({ caller, orderId: order.id, payment: { method: 'card', cardId: null } }),
        ),
      );
      expect(codes.filter((code) => code === 'ok')).to.have.length(1);
      expect(['ok', 'invalid-transition', 'payment-in-doubt']).to.include.members(codes);
      const paid = await cradle.orderQueries.find(order.id);
      expect(paid?.payments.filter(({ status }) => status === 'captured')).to.have.length(1);
    });

    it('either pay or cancel it, so that no cancelled order is charged', async () => {
      const caller = await clerk();
      const productId = await stocked(cradle, 50);
      for (const userId of await makeBuyers(cradle, 10)) {
        const order = await buy(cradle, userId, [productId], DESK);
        await codesOf([
          cradle.payOrder({ caller, orderId: order.id, payment: { method: 'card', cardId: null } }),
          cradle.cancelOrder({ caller, orderId: order.id, expectedVersion: undefined }),
        ]);
        const { status, payments } = (await cradle.orderQueries.find(order.id))!;
        const captured = payments.some((payment) => payment.status === 'captured');
        expect(status === 'processing' ? captured : status === 'cancelled').to.equal(true);
      }
    });

    it('refund no more than the captured amount in 20 refunds', async () => {
      const caller = await clerk();
      const [userId] = await makeBuyers(cradle, 1);
      const order = await buy(cradle, userId!, [await stocked(cradle, 7)]);
      const refund = { caller, orderId: order.id, amount: eur(300), reason: 'x', restock: [] };
      const codes = await codesOf(times(20, () => cradle.refundOrder(refund)));
      expect(countCodes(codes)).to.deep.equal({ ok: 3, 'refund-exceeds-captured': 17 });
    });

    it('control: the database rejects refunds above the captured amount when they are summed without a lock', async () => {
      const [userId] = await makeBuyers(cradle, 1);
      const order = await buy(cradle, userId!, [await stocked(cradle, 7)]);
      const racers = 10;
      const allHaveRead = barrier(racers);
      const naive = async (): Promise<void> => {
        const client = new pg.Client({ connectionString: postgres.databaseUrl });
        await client.connect();
        try {
          await client.query('BEGIN');
          const read = (await cradle.orderQueries.find(order.id))!;
          await allHaveRead();
          if (read.refunds.length >= 3) return;
          await client.query(
            `INSERT INTO refunds (id, order_id, payment_id, amount, reason, status, created_at)
             VALUES (gen_random_uuid(), $1, $2, 300, 'naive', 'pending', now())`,
            [order.id, order.payments[0]!.id],
          );
          await client.query('COMMIT');
        } finally {
          await client.end();
        }
      };
      const refusals = (await Promise.allSettled(times(racers, naive))).flatMap((outcome) =>
        outcome.status === 'rejected' ? [(outcome.reason as { constraint?: string }).constraint] : [],
      );
      expect(refusals.length).to.be.greaterThan(0);
      expect(new Set(refusals)).to.deep.equal(new Set(['refunds_captured_check']));
    });
  });
});
