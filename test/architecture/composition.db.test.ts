import { asFunction, asValue, createContainer, InjectionMode, type AwilixContainer } from 'awilix';
import { expect } from 'chai';
import { asWritingPort, mergeRegistrations } from '../../src/platform/registrations.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { resolvableWithoutTransaction } from './registrations.js';

/** Registrations that send only SELECT statements. */
const READ_ONLY = [
  'bankQueries',
  'cardQueries',
  'cashIntegrity',
  'cashQueries',
  'clinicQueries',
  'directory',
  'discountQueries',
  'journalQueries',
  'metrics',
  'orderQueries',
  'paymentQueries',
  'personalOrders',
  'personalRecords',
  'productQueries',
  'reportQueries',
  'securityEventQueries',
  'sessionQueries',
  'storage',
  'userQueries',
];

/** Parts of the platform whose writes must not depend on a use case's transaction, each with the reason. */
const COMMITS_ON_ITS_OWN = {
  clientLimiter: 'a request counts even when it fails',
  rateLimits: 'a request counts even when it fails',
  idempotency: 'opens the transaction of a request with an Idempotency-Key',
  idempotencyStore: 'takes the connection of each call as an argument',
  jobRunner: 'claims and completes jobs around their handlers',
  purgeIdempotencyKeys: 'one statement',
  purgeRateLimits: 'one statement',
  paymentGateway: 'the sandbox gateway stands for a remote system with a database of its own',
};

/** The registrations through which all others reach the database. */
const DATABASE_ACCESS = [
  'database',
  'replicas',
  'transactions',
  'billingModels',
  'cashModels',
  'clinicModels',
  'identityModels',
  'journalModels',
  'storefrontModels',
];

const strictContainer = (): AwilixContainer =>
  createContainer({ injectionMode: InjectionMode.PROXY, strict: true });

describe('the container', () => {
  let opened: OnPostgres<object>;
  before(async () => {
    opened = await openOnPostgres();
  });
  after(() => opened.close());

  it('resolves no writing port outside a transaction', () => {
    const known = [...READ_ONLY, ...Object.keys(COMMITS_ON_ITS_OWN), ...DATABASE_ACCESS];
    expect(resolvableWithoutTransaction(opened.container)).to.deep.equal(known.sort());
  });

  it('resolves every registration inside a transaction', async () => {
    const { transactions } = opened.container.cradle as {
      transactions: { run(work: (cradle: object) => Promise<void>): Promise<void> };
    };
    const names = Object.keys(opened.container.registrations);
    expect(names.length).to.be.greaterThan(200);
    await transactions.run((cradle) => {
      for (const name of names) expect((cradle as Record<string, unknown>)[name], name).to.exist;
      return Promise.resolve();
    });
  });
});

describe('the check of writing ports', () => {
  const database = asValue({ rows: () => Promise.resolve([]) });
  const makeRepository = ({ database: access }: { database: object }) => ({ access });

  it('reports a repository that is not registered as a writing port', () => {
    const container = strictContainer();
    container.register({ database, labels: asFunction(makeRepository).scoped() });
    expect(resolvableWithoutTransaction(container)).to.include('labels');
  });

  it('accepts one that is', () => {
    const container = strictContainer();
    container.register({ database, labels: asWritingPort(makeRepository) });
    expect(resolvableWithoutTransaction(container)).not.to.include('labels');
    const scope = container.createScope();
    scope.register({ transaction: asValue({}) });
    expect(scope.resolve('labels')).to.have.property('access');
  });

  it('does not report a use case, which reaches the database through its ports', () => {
    const container = strictContainer();
    container.register({
      database,
      labelQueries: asFunction(makeRepository).scoped(),
      listLabels: asFunction(({ labelQueries }: { labelQueries: object }) => labelQueries).scoped(),
    });
    expect(resolvableWithoutTransaction(container)).to.include('labelQueries').and.not.include('listLabels');
  });
});

describe('mergeRegistrations', () => {
  it('throws when two parts register the same name', () => {
    const parts = { cash: { ledger: asValue(1), books: asValue(2) }, clinic: { ledger: asValue(3) } };
    expect(() => mergeRegistrations(parts)).to.throw('cash and clinic both register ledger');
  });

  it('keeps the registrations of every part', () => {
    const container = strictContainer();
    container.register(mergeRegistrations({ cash: { ledger: asValue(1) }, clinic: { diary: asValue(2) } }));
    expect([container.resolve('ledger'), container.resolve('diary')]).to.deep.equal([1, 2]);
  });
});
