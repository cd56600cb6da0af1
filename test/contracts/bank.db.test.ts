import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { makeInMemoryCash } from '../support/in-memory/cash.js';
import { bankContract, type BankAdapters } from './bank.contract.js';

describe('the ports of cash for bank statements in memory', () => {
  let memory: BankAdapters;
  beforeEach(() => {
    memory = makeInMemoryCash();
  });
  bankContract(() => memory);
});

describe('the ports of cash for bank statements on PostgreSQL', () => {
  let postgres: OnPostgres<BankAdapters>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());
  bankContract(() => postgres.cradle);
});
