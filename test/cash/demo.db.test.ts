import { expect } from 'chai';
import { HOUR, plus, DAY } from '../../src/kernel/clock.js';
import type { CashIntegrity, CashQueries } from '../../src/cash/application/ports.js';
import type { Ledger } from '../../src/cash/index.js';
import type { ListAccounts } from '../../src/cash/application/list-accounts.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { seed, undoSeeds } from '../../src/platform/database/migrator.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';

type Cradle = Readonly<{
  cashIntegrity: CashIntegrity;
  cashQueries: CashQueries;
  listAccounts: ListAccounts;
  cashUnitOfWork: UnitOfWork<Readonly<{ ledger: Ledger }>>;
}>;

describe('the books of the demo practice', () => {
  let postgres: OnPostgres<Cradle>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());

  it('cover three months, pass every integrity check, contain the accounts of the shop, and are removed completely', async () => {
    const { cashIntegrity, cashQueries, listAccounts, cashUnitOfWork } = postgres.cradle;
    await seed({ url: postgres.ownerUrl });
    const findings = await cashIntegrity.check();
    expect(findings.filter(({ ok }) => !ok)).to.deep.equal([]);

    const { items } = await cashQueries.transactions({ from: plus(new Date(), -93 * DAY) }, { limit: 1_000 });
    expect(items.length).to.be.within(120, 220);
    for (const { effectiveAt, postedAt } of items)
      expect(effectiveAt <= postedAt && postedAt <= plus(new Date(), HOUR)).to.equal(true);
    expect(items.filter(({ refundOf }) => refundOf !== null)).to.have.length(1);
    expect((await cashQueries.holds({ status: 'open' }, { limit: 5 }, new Date())).items).to.have.length(1);
    const accounts = (await listAccounts({ filter: {}, page: { limit: 100 } })).items;
    for (const { type, balance, name } of accounts)
      if (type === 'asset') expect(balance, name).to.be.at.least(0);

    const code = await cashUnitOfWork.run(({ ledger }) => ledger.standardAccount('shop-income'));
    expect(accounts.find(({ id }) => id === code)?.name).to.equal('Shop income');

    await undoSeeds({ url: postgres.ownerUrl });
    expect((await cashQueries.realAccounts({}, { limit: 1 })).items).to.deep.equal([]);
    expect((await cashQueries.transactions({}, { limit: 1 })).items).to.deep.equal([]);
    await seed({ url: postgres.ownerUrl });
  });
});
