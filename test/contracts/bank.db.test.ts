import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { makeInMemoryCash } from '../support/in-memory/cash.js';
import { bankContract, type BankAdapters } from './bank.contract.js';

describe('cash\u2019s ports to the bank in memory', () => {
  let memory: BankAdapters;
  beforeEach(() => {
    memory = makeInMemoryCash();
  });
  bankContract(() => memory);
});

describe('cash\u2019s ports to the bank on PostgreSQL', () => {
  let postgres: OnPostgres<BankAdapters>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  bankContract(() => postgres.cradle);
});
