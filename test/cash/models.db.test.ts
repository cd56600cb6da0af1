import { expect } from 'chai';
import { QueryTypes, type Model, type ModelStatic } from 'sequelize';
import type { Cradle } from '../../src/container.js';
import { makeCashModels } from '../../src/cash/infrastructure/sequelize/models.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';

describe('the models of cash', () => {
  let opened: OnPostgres<Cradle>;
  before(async () => {
    opened = await openOnPostgres();
  });
  after(() => opened.close());

  const models = (): readonly ModelStatic<Model>[] => Object.values(makeCashModels(opened.cradle));

  it('have the columns of their tables, of which generated ones may be missing', async () => {
    const { sequelize } = opened.cradle;
    for (const model of models()) {
      const columns = await sequelize.query<{ name: string; generated: boolean }>(
        `SELECT column_name AS name, is_generated = 'ALWAYS' AS generated FROM information_schema.columns
         WHERE table_name = $1`,
        { bind: [model.tableName], type: QueryTypes.SELECT },
      );
      const fields = Object.values(model.getAttributes()).map(({ field }) => field);
      const writable = columns.filter(({ generated }) => !generated).map(({ name }) => name);
      expect(fields, model.tableName).to.include.members(writable);
      expect(
        columns.map(({ name }) => name),
        model.tableName,
      ).to.include.members(fields);
    }
  });

  it('have associations whose keys are columns of both tables', async () => {
    for (const model of models())
      for (const association of Object.keys(model.associations))
        expect(await model.findAll({ include: association, limit: 1 }), association).to.be.an('array');
  });

  it('belong to their own pool when several are open', () => {
    const [one, other] = [makeCashModels(opened.cradle), makeCashModels(opened.cradle)];
    expect(one.accounts).not.to.equal(other.accounts);
  });
});
