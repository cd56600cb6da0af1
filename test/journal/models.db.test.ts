import { expect } from 'chai';
import type { Model, ModelStatic } from 'sequelize';
import { seed } from '../../src/platform/database/migrator.js';
import type { JournalModels } from '../../src/journal/infrastructure/sequelize/models.js';
import { execute } from '../support/postgres.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import type { JournalCradle } from '../support/journal-world.js';

type Cradle = JournalCradle & Readonly<{ journalModels: JournalModels }>;
/** PostgreSQL generates them; only SQL uses them. */
const GENERATED = ['search', 'sort_at', 'fingerprint', 'is_reply', 'parent_is_reply'];

describe('the journal’s models', () => {
  let postgres: OnPostgres<Cradle>;
  let models: readonly ModelStatic<Model>[];
  before(async () => {
    postgres = await openOnPostgres<Cradle>();
    await seed({ url: postgres.ownerUrl });
    models = Object.values(postgres.cradle.journalModels);
  });
  after(() => postgres.close());

  it('have the columns of their tables', async () => {
    const tables = postgres.cradle.sequelize.getQueryInterface();
    for (const model of models) {
      const stored = Object.keys(await tables.describeTable(model.tableName));
      const declared = Object.values(model.getAttributes()).map(({ field }) => field);
      expect(declared, model.tableName).to.have.members(stored.filter((name) => !GENERATED.includes(name)));
    }
  });

  it('read the rows of every association', async () => {
    await execute(
      postgres.ownerUrl,
      `INSERT INTO comment_reports (id, comment_id, by_user_id, created_at)
       SELECT gen_random_uuid(), c.id, c.author_id, now() FROM comments c LIMIT 1`,
    );
    for (const model of models)
      for (const alias of Object.keys(model.associations)) {
        const association = model.associations[alias]!;
        const rows = await model.findAll({ include: [{ association, required: true }], limit: 3 });
        expect(rows, `${model.name}.${alias}`).not.to.have.length(0);
      }
  });
});
