import { makeInMemoryCash } from '../support/in-memory/cash.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { cashContract, type CashAdapters } from './cash.contract.js';

describe('cash\u2019s ports in memory', () => {
  let memory: CashAdapters;
  beforeEach(() => {
    memory = makeInMemoryCash();
  });
  cashContract(() => memory);
});

describe('cash\u2019s ports on PostgreSQL', () => {
  let postgres: OnPostgres<CashAdapters>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  cashContract(() => postgres.cradle);
});
