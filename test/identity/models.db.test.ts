import type { Model, ModelStatic } from 'sequelize';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { IdentityPorts } from '../../src/identity/application/ports.js';
import type { IdentityModels } from '../../src/identity/infrastructure/sequelize/models.js';
import { aCard, anEmailChange, aPasswordReset, aSession, aUser } from '../support/builders/identity.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { expectAssociatedRows, expectColumnsOfTable } from '../support/models.js';

type Cradle = Readonly<{ identityModels: IdentityModels; identityUnitOfWork: UnitOfWork<IdentityPorts> }>;

describe('the models of identity', () => {
  let postgres: OnPostgres<Cradle>;
  let models: readonly ModelStatic<Model>[];
  before(async () => {
    postgres = await openOnPostgres();
    const user = aUser();
    const userId = user.id;
    await postgres.cradle.identityUnitOfWork.run(async (ports) => {
      await ports.users.insert(user);
      await ports.sessions.insert(aSession({ userId }));
      await ports.passwordResets.insert(aPasswordReset({ userId }));
      await ports.emailChanges.insert(anEmailChange({ userId }));
      await ports.cards.insert(aCard({ userId }));
    });
    models = Object.values(postgres.cradle.identityModels);
  });
  after(() => postgres.close());

  it('have the columns of their tables', async () => {
    for (const model of models) await expectColumnsOfTable(model);
  });

  it('read related rows through every association', async () => {
    for (const model of models)
      for (const alias of Object.keys(model.associations)) await expectAssociatedRows(model, alias);
  });
});
