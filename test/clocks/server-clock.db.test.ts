import { expect } from 'chai';
import { createTestDatabase } from '../support/postgres.js';
import { query } from '../support/query.js';

const MINUTE_MS = 60_000;

describe('the clock of the tests’ PostgreSQL', () => {
  it('shows the same time as Node’s, also where both are shifted', async () => {
    const database = await createTestDatabase();
    try {
      const { rows } = await query(database.ownerUrl, 'SELECT clock_timestamp() AS at');
      const [{ at }] = rows as unknown as [{ at: Date }];
      expect(at.getTime()).to.be.closeTo(Date.now(), MINUTE_MS);
    } finally {
      await database.drop();
    }
  });
});
