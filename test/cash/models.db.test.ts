import { expect } from 'chai';
import { QueryTypes, type Model, type ModelStatic } from 'sequelize';
import { makeCashModels } from '../../src/cash/infrastructure/sequelize/models.js';
import type { CashModels } from '../../src/cash/infrastructure/sequelize/models/cash-models.js';
import type { Cradle as WholeCradle } from '../../src/container.js';
import { DAY, plus } from '../../src/kernel/clock.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { FakeClock } from '../support/fakes/clock.js';
import { aFile, genericCsv } from '../support/statements.js';
import { eur, seedAccounts, type CashUseCases } from './world.js';

type Cradle = Pick<WholeCradle, 'sequelize'> & CashUseCases & Readonly<{ cashModels: CashModels }>;

/** At least one row in the table of every model. */
async function fillTables(cash: CashUseCases, clock: FakeClock): Promise<void> {
  const its = await seedAccounts(cash);
  const realAccountId = its.bank.id;
  await cash.postTransaction({
    ...{ sourceAccountId: its.income, targetAccountId: its.unallocated, amount: eur(500) },
    ...{ effectiveAt: plus(clock.now(), -60 * DAY), createdBy: null },
  });
  await cash.closePeriod({ realAccountId, period: '2026-09', closedBy: null });
  await cash.reopenPeriod({ realAccountId, period: '2026-09', reason: 'A late invoice', reopenedBy: null });
  const earned = await cash.postTransaction({
    ...{ sourceAccountId: its.income, targetAccountId: its.unallocated, amount: eur(700), createdBy: null },
  });
  await cash.placeHold({
    ...{ sourceAccountId: its.unallocated, targetAccountId: its.expense, amount: eur(50), createdBy: null },
  });
  await cash.importBankLines({
    ...{ realAccountId, profile: 'generic', dryRun: false, importedBy: null },
    file: aFile(genericCsv([{ date: '2026-11-20', amount: '7.00' }])),
  });
  const { items } = await cash.listBankLines({ filter: {}, page: { limit: 1 } });
  await cash.matchBankLine({ bankLineId: items[0]!.id, transactionIds: [earned.id], matchedBy: null });
  await cash.reconcile({
    ...{ realAccountId, through: '2026-11-20', closingBalance: eur(1_100), reconciledBy: null },
    adjustment: { accountId: its.expense },
  });
}

describe('the models of cash', () => {
  let postgres: OnPostgres<Cradle>;
  let models: readonly ModelStatic<Model>[];
  before(async () => {
    const clock = new FakeClock();
    postgres = await openOnPostgres<Cradle>({ clock });
    await fillTables(postgres.cradle, clock);
    models = Object.values(postgres.cradle.cashModels);
  });
  after(() => postgres.close());

  it('declare only columns of their tables, and all that are not generated', async () => {
    for (const model of models) {
      const stored = await postgres.cradle.sequelize.query<{ name: string; generated: boolean }>(
        `SELECT column_name AS name, is_generated = 'ALWAYS' AS generated FROM information_schema.columns
         WHERE table_name = $1`,
        { bind: [model.tableName], type: QueryTypes.SELECT },
      );
      const declared = Object.values(model.getAttributes()).map(({ field }) => field);
      expect(
        stored.map(({ name }) => name),
        model.tableName,
      ).to.include.members(declared);
      const writable = stored.filter(({ generated }) => !generated).map(({ name }) => name);
      expect(declared, model.tableName).to.include.members(writable);
    }
  });

  it('read associated rows through every association', async () => {
    for (const model of models)
      for (const alias of Object.keys(model.associations)) {
        const rows = await model.findAll({ include: [{ association: alias, required: true }], limit: 1 });
        expect(rows, `${model.name}.${alias}`).to.have.length(1);
        expect([rows[0]!.get(alias)].flat(), `${model.name}.${alias}`).not.to.have.length(0);
      }
  });

  it('belong to the connection pool that they are created for', () => {
    const [one, other] = [makeCashModels(postgres.cradle), makeCashModels(postgres.cradle)];
    expect(one.accounts).not.to.equal(other.accounts);
  });
});
