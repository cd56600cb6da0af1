import { expect } from 'chai';
import { containerOver } from '../support/in-memory-container.js';

/** The names that fail to resolve because they need a connection, directly or through others. */
function refusedWithoutConnection(): string[] {
  const container = containerOver({ transaction: {} });
  return Object.keys(container.registrations)
    .filter((name) => {
      try {
        container.resolve(name);
        return false;
      } catch (error) {
        return /the container in memory has no (?:sequelize|mailer)/.test(String(error));
      }
    })
    .sort();
}

describe('the container in memory', () => {
  it('refuses to resolve whatever would connect to a database or a mail server', () => {
    expect(refusedWithoutConnection()).to.include.members([
      ...['sequelize', 'database', 'transactions', 'storage', 'jobRunner', 'metrics', 'mailer'],
      ...[
        'rateLimits',
        'clientLimiter',
        'paymentGateway',
        'users',
        'amounts',
        'products',
        'doctors',
        'posts',
      ],
      ...['userQueries', 'cashQueries', 'orderQueries', 'clinicQueries', 'journalQueries', 'bookAppointment'],
    ]);
  });

  it('resolves the use cases of the server over the adapters that replace others', async () => {
    const found = { id: '01930000-0000-7000-8000-000000000001', email: 'mara@praxis.test' };
    const { cradle } = containerOver({ userQueries: { findByEmail: () => Promise.resolve(found) } });
    expect(await cradle.findMember('Mara@praxis.test')).to.deep.equal({
      userId: found.id,
      email: found.email,
    });
  });

  it('refuses a replacement for a name that the server does not register', () => {
    const renamed: object = { userQuery: {} };
    expect(() => containerOver(renamed)).to.throw('the container registers no userQuery');
  });
});
