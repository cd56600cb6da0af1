import type { Model, ModelStatic } from 'sequelize';
import type { ClinicModels } from '../../src/clinic/infrastructure/sequelize/models.js';
import { seed } from '../../src/platform/database/migrator.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { expectAssociatedRows, expectColumnsOfTable } from '../support/models.js';
import { execute } from '../support/postgres.js';

const STAFF = '01999999-0002-7000-8000-000000000002';

describe('the models of the clinic', () => {
  let postgres: OnPostgres<Readonly<{ clinicModels: ClinicModels }>>;
  let models: readonly ModelStatic<Model>[];
  before(async () => {
    postgres = await openOnPostgres();
    await seed({ url: postgres.ownerUrl });
    await execute(
      postgres.ownerUrl,
      `INSERT INTO patient_access_log (id, patient_id, at, by_user_id, action, resource)
       SELECT gen_random_uuid(), id, now(), '${STAFF}', 'read', 'patient' FROM patients LIMIT 1`,
    );
    models = Object.values(postgres.cradle.clinicModels);
  });
  after(() => postgres.close());

  it('have the columns of their tables', async () => {
    for (const model of models)
      await expectColumnsOfTable(model, {
        generated: model.tableName === 'appointment_history' ? ['line'] : [],
      });
  });

  it('read related rows through every association', async () => {
    for (const model of models)
      for (const alias of Object.keys(model.associations)) await expectAssociatedRows(model, alias);
  });
});
