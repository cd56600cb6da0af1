import { expect } from 'chai';
import { makeTransactionDatabase } from '../../src/platform/database/database.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

/** As long as the part of a name that PostgreSQL compares. */
const ALIKE = 'orders_by_everything_that_can_be_asked_for_at_once_'.padEnd(63, 'x');

describe('statements with long names', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase({ empty: true });
  });
  after(() => database.drop());

  it('are distinguished on one connection although their names begin alike', async () => {
    const sequelize = openSequelize({ url: database.ownerUrl, poolMax: 1 });
    const warnings: unknown[] = [];
    const warn = console.error;
    console.error = (...words: unknown[]) => warnings.push(words);
    try {
      await sequelize.transaction(async (transaction) => {
        const sameConnection = makeTransactionDatabase(transaction);
        for (let round = 0; round < 2; round += 1)
          for (const answer of ['one', 'two'])
            expect(
              await sameConnection.rows(
                { name: `${ALIKE}_${answer}`, text: `SELECT '${answer}' AS answer` },
                [],
              ),
            ).to.deep.equal([{ answer }]);
      });
      expect(warnings).to.deep.equal([]);
    } finally {
      console.error = warn;
      await sequelize.close();
    }
  });
});
