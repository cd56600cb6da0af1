import { expect } from 'chai';
import type { UserQueries } from '../../src/identity/application/ports.js';
import type { SignIn } from '../../src/identity/application/sign-in.js';
import { seed, undoSeeds } from '../../src/platform/database/migrator.js';
import type { AddCard } from '../../src/identity/application/add-card.js';
import type { ListCards } from '../../src/identity/application/list-cards.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';

describe('the demo users', () => {
  let postgres: OnPostgres<{
    signIn: SignIn;
    userQueries: UserQueries;
    addCard: AddCard;
    listCards: ListCards;
  }>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());

  it('can sign in without a rehash after seeding, and are removed completely by undoing the seeds', async () => {
    const { signIn, userQueries } = postgres.cradle;
    await seed({ url: postgres.ownerUrl });
    for (const role of ['admin', 'staff', 'member']) {
      const { user } = await signIn({
        email: `${role}@praxis.test`,
        password: 'praxis-demo-2026',
        client: { ip: '192.0.2.1', userAgent: 'test' },
      });
      expect(user).to.include({ role, version: 1, disabledAt: null });
    }
    const { addCard, listCards } = postgres.cradle;
    const member = await userQueries.findByEmail('member@praxis.test');
    const userId = member?.id ?? '';
    expect((await listCards({ actorId: userId, userId, page: { limit: 10 } })).items).to.have.length(3);
    expect(await addCard({ userId, gatewayToken: 'tok_visa_4242', isDefault: false })).to.deep.include({
      isNew: false,
    });
    const page = { limit: 100 };
    expect((await userQueries.list({ prefix: 'anna' }, page)).items).to.have.length(1);
    expect((await userQueries.list({}, page)).items).to.have.length(15);
    await undoSeeds({ url: postgres.ownerUrl });
    expect((await userQueries.list({}, page)).items).to.deep.equal([]);
    for (const role of ['admin', 'staff', 'member'])
      expect(await userQueries.findByEmail(`${role}@praxis.test`)).to.equal(undefined);
  });
});
