import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { DiscountQueries } from '../../application/ports.js';
import { instantKey } from '../../../platform/database/keyset.js';
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
const LIST: Statement = {
  name: 'storefront_discounts',
  text: `
    SELECT ${COLUMNS} FROM discounts
    WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid)
    ORDER BY created_at DESC, id DESC
    LIMIT $3`,
};

export const makeDiscountQueries = ({ database }: { database: Database }): DiscountQueries => {
  const one = async (statement: Statement, value: string) => {
    const [row] = await database.rows<DiscountColumns>(statement, [value]);
    return row && toDiscount(row);
  };
  return {
    find: (id) => one(FIND, id),
    findByCode: (code) => one(FIND_BY_CODE, code),
    async list({ limit, after }) {
      const rows = await database.rows<DiscountColumns>(LIST, [...instantKey(after), limit + 1]);
      return toPage(rows.map(toDiscount), limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
    },
  };
};
