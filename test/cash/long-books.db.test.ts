import { expect } from 'chai';
import { DAY, plus } from '../../src/kernel/clock.js';
import type { CashIntegrity } from '../../src/cash/application/ports.js';
import { writeHistory } from '../bench/cash-history.js';
import { expectCode } from '../support/expect-code.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { eur, seedAccounts, type Adapters, type CashUseCases } from './world.js';

type Cradle = Adapters & CashUseCases & Readonly<{ cashIntegrity: CashIntegrity }>;

describe('long books', () => {
  let postgres: OnPostgres<Cradle>;
  before(async () => {
    postgres = await openOnPostgres<Cradle>();
  });
  after(() => postgres.close());

  it('have statements of at most 10,000 lines', async () => {
    const { viewStatement, cashIntegrity } = postgres.cradle;
    const { accountId } = await writeHistory(postgres.ownerUrl, 20_002);
    await expectCode(viewStatement({ scope: { accountId } }), 'statement-too-long');
    const { lines } = await viewStatement({ scope: { accountId }, from: plus(new Date(), -365 * DAY) });
    expect(lines.length).to.be.within(3_000, 4_000);
    expect((await cashIntegrity.check()).filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  it('move the checkpoint of a hot amount without changing its balance', async () => {
    const cash = postgres.cradle;
    const { income, unallocated } = await seedAccounts(cash);
    const one = { sourceAccountId: income, targetAccountId: unallocated, amount: eur(1) };
    const transactions = Array.from({ length: 500 }, () => one);
    await cash.postBatch({ transactions, dryRun: false, createdBy: null });
    const { items } = await cash.cashQueries.amounts({ accountId: income }, { limit: 1 }, new Date());
    const { id } = items[0]!;
    const isBehind = async (postings: number) =>
      (await cash.cashQueries.amountsBehind(postings, 100)).includes(id);
    expect([await isBehind(499), await isBehind(500)]).to.deep.equal([true, false]);
    await cash.moveCheckpoints();
    expect(await isBehind(499)).to.equal(true);
    await cash.postTransaction({ ...one, createdBy: null });
    await cash.moveCheckpoints();
    expect(await isBehind(0)).to.equal(false);
    const balance = await cash.viewBalance({ scope: { accountId: income }, axis: 'effective' });
    expect(balance.balance).to.equal(-501);
    expect((await cash.cashIntegrity.check()).filter(({ ok }) => !ok)).to.deep.equal([]);
  });
});
