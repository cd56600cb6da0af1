import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { DiscountQueries } from '../../application/ports.js';
import { discountAttributes } from './models/discount.js';
import { toDiscount, type DiscountColumns } from './discount-repository.js';

const COLUMNS = columns(discountAttributes(), 'discounts');

const FIND: Statement = {
  name: 'storefront_discount',
  text: `SELECT ${COLUMNS} FROM discounts WHERE id = $1`,
};
const FIND_BY_CODE: Statement = {
  name: 'storefront_discount_by_code',
  text: `SELECT ${COLUMNS} FROM discounts WHERE code = $1`,
};
const LIST: List<object> = {
  name: 'storefront_discounts',
  filters: {},
  sortKeys: [
    { sql: 'created_at', type: 'timestamptz' },
    { sql: 'id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `SELECT ${COLUMNS} FROM discounts ${where} ${orderBy} ${limit}`,
};

export const makeDiscountQueries = ({ database }: { database: Database }): DiscountQueries => {
  const one = async (statement: Statement, value: string) => {
    const [row] = await database.rows<DiscountColumns>(statement, [value]);
    return row && toDiscount(row);
  };
  return {
    find: (id) => one(FIND, id),
    findByCode: (code) => one(FIND_BY_CODE, code),
    async list(page) {
      const { statement, values } = listStatement(LIST, { filter: {}, page, direction: 'DESC' });
      const rows = await database.rows<DiscountColumns>(statement, values);
      return toPage(rows.map(toDiscount), page.limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
    },
  };
};
