import { expect } from 'chai';
import type { CashIntegrity } from '../../src/cash/application/ports.js';
import type { Adapters } from '../cash/world.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { runCashModel } from './cash-model.js';

/** A short run; `npm run model:cash` does the long one. CASH_MODEL_SEED repeats a run. */
const COMMANDS = 300;

describe('the ledger beside its model', function () {
  this.timeout(300_000);
  let postgres: OnPostgres<Adapters & { cashIntegrity: CashIntegrity }>;
  before(async () => {
    postgres = await openOnPostgres();
  });
  after(() => postgres.close());

  it('agrees with the books in memory after every command', async () => {
    const seed = Number(process.env['CASH_MODEL_SEED'] ?? Math.floor(Math.random() * 1e9));
    console.log(`      seed ${seed}`);
    const { steps, accepted } = await runCashModel(postgres.cradle, COMMANDS, seed);
    expect(steps).to.be.at.least(COMMANDS);
    expect(accepted).to.be.greaterThan(steps / 4);
    const broken = (await postgres.cradle.cashIntegrity.check()).filter(({ ok }) => !ok);
    expect(broken).to.deep.equal([]);
  });
});
