import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { QueryTypes } from 'sequelize';
import { undo, migrate } from '../../src/platform/database/migrator.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { execute } from '../support/postgres.js';
import {
  brokenRules,
  buy,
  eur,
  makeBuyers,
  staff,
  stocked,
  type ShopCradle,
} from '../support/shop-on-postgres.js';
import type { CashUseCases } from './world.js';

const FIRST = '20261129090200-keep-standard-accounts-open.cjs';
const SECOND = '20261129090300-move-income-posted-by-hand.cjs';
/** A posting as the ledger wrote it before: `$1` from the first account to the second. */
const BY_HAND = (from: string, to: string, amount: number): string => `
  WITH side AS (
    SELECT a.id, a.currency, a.hot, d.delta, a.version + 1 AS version, a.amount + d.delta AS amount_after
    FROM (VALUES ('${from}', -${amount}), ('${to}', ${amount})) AS d (code, delta)
    JOIN cash_accounts e ON e.code = d.code JOIN cash_amounts a ON a.account_id = e.id
  ), moved AS (
    UPDATE cash_amounts a SET amount = s.amount_after, version = s.version FROM side s WHERE a.id = s.id AND NOT s.hot
  ), entered AS (
    INSERT INTO cash_transactions (id, amount, currency, effective_at, posted_at)
    VALUES ('${randomUUID()}', ${amount}, 'EUR', now(), now()) RETURNING number, effective_at, posted_at
  )
  INSERT INTO cash_postings (transaction_number, amount_id, delta, currency, version, amount_after, effective_at, posted_at)
  SELECT t.number, s.id, s.delta, s.currency, CASE WHEN NOT s.hot THEN s.version END,
    CASE WHEN NOT s.hot THEN s.amount_after END, t.effective_at, t.posted_at
  FROM entered t, side s`;

describe('the migrations of the standard accounts', () => {
  let postgres: OnPostgres<ShopCradle & CashUseCases>;
  let buyerId: string;
  let productId: string;
  beforeEach(async () => {
    postgres = await openOnPostgres();
    [buyerId] = (await makeBuyers(postgres.cradle, 1)) as [string];
    productId = await stocked(postgres.cradle, 10);
    await buy(postgres.cradle, buyerId, [productId]);
  });
  afterEach(() => postgres.close());
  const rows = (sql: string) => postgres.cradle.sequelize.query(sql, { type: QueryTypes.SELECT });
  const balances = () =>
    rows(`SELECT e.name, sum(b.amount)::int AS balance FROM cash_accounts e JOIN cash_balances b ON b.account_id = e.id
          GROUP BY e.id HAVING sum(b.amount) <> 0 ORDER BY e.name`);

  it('open the accounts again, so that checkout and refund work', async () => {
    const { cradle, ownerUrl: url } = postgres;
    await undo({ url, to: FIRST });
    await execute(
      url,
      "UPDATE cash_accounts SET floor = 0 WHERE code = 'card-clearing'",
      "UPDATE cash_amounts a SET floor = 0 FROM cash_accounts e WHERE e.id = a.account_id AND e.code = 'card-clearing'",
      "UPDATE cash_accounts SET archived_at = now(), type = 'equity' WHERE code = 'shop-income'",
      "UPDATE cash_amounts a SET frozen = true, hot = false, amount = -1000 FROM cash_accounts e WHERE e.id = a.account_id AND e.code = 'shop-income'",
      "UPDATE cash_real_accounts SET archived_at = now() WHERE code = 'desk'",
      "UPDATE cash_amounts a SET frozen = true FROM cash_real_accounts r WHERE r.id = a.real_account_id AND r.code = 'desk'",
    );
    await migrate({ url });
    const again = await buy(cradle, buyerId, [productId]);
    const desk = await buy(cradle, buyerId, [productId], { payment: { method: 'desk' } });
    await cradle.payOrder({ caller: staff(buyerId), orderId: desk.id, payment: { method: 'desk' } });
    await cradle.cancelOrder({ caller: staff(buyerId), orderId: desk.id, expectedVersion: undefined });
    const refund = { amount: eur(1000), reason: 'x', restock: [], orderId: again.id };
    const { refunds } = await cradle.refundOrder({ caller: staff(buyerId), ...refund });
    await cradle.settleRefund({ orderId: again.id, refundId: refunds[0]!.id });
    expect(await brokenRules(cradle)).to.deep.equal([]);
    for (const sql of [
      "UPDATE cash_accounts SET floor = 0 WHERE code = 'desk-cash'",
      "UPDATE cash_accounts SET archived_at = now() WHERE code = 'clinic-income'",
    ])
      expect(
        await execute(url, sql).catch((error: unknown) => (error as { constraint: string }).constraint),
      ).to.equal('cash_accounts_standard_check');
  });

  it('move what was posted to the income accounts by hand to an account of its own, and back', async () => {
    const { cradle, ownerUrl: url } = postgres;
    await undo({ url, to: SECOND });
    await execute(
      url,
      BY_HAND('card-clearing', 'shop-income', 1000),
      BY_HAND('clinic-income', 'desk-cash', 2500),
    );
    const before = await balances();
    expect(await brokenRules(cradle, ['storefront'])).to.deep.equal([
      'shop-income-equals-what-was-kept: shop-income',
    ]);
    await migrate({ url });
    expect(await brokenRules(cradle)).to.deep.equal([]);
    expect(await balances()).to.deep.equal([
      { name: 'Cash desk', balance: 2500 },
      { name: 'Income posted by hand', balance: -1500 },
      { name: 'Shop income', balance: -1000 },
    ]);
    await undo({ url, to: SECOND });
    expect(await balances()).to.deep.equal(before);
    await migrate({ url });
    expect(await brokenRules(cradle)).to.deep.equal([]);
  });
});
