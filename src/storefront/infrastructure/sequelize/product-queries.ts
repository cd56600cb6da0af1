import { toPage } from '../../../kernel/page.js';
import { toNumber } from '../../../platform/database/big-integer.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { StockMovement } from '../../application/domain-types.js';
import type { ProductFilter, ProductQueries } from '../../application/ports.js';
import { productAttributes } from './models/product.js';
import { stockMovementAttributes } from './models/stock-movement.js';
import { toStockedProduct, type ProductColumns } from './product-repository.js';

const COLUMNS = columns(productAttributes(), 'products');

const FIND: Statement = {
  name: 'storefront_product',
  shareable: true,
  text: `SELECT ${COLUMNS} FROM products WHERE id = $1`,
};
const FIND_MANY: Statement = {
  name: 'storefront_products_by_id',
  text: `SELECT ${COLUMNS} FROM products WHERE id = ANY ($1::uuid[])`,
};

/** A LIKE pattern that finds `text` anywhere; its special characters are escaped. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

/** Newest first. */
const PRODUCTS: List<ProductFilter> = {
  name: 'storefront_products',
  filters: {
    isActive: (isActive, bind) => `is_active = ${bind(isActive)}`,
    q(text, bind) {
      const pattern = bind(containing(text));
      return `(name ILIKE ${pattern} OR description ILIKE ${pattern})`;
    },
  },
  sortKeys: [
    { sql: 'created_at', type: 'timestamptz' },
    { sql: 'id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `SELECT ${COLUMNS} FROM products ${where} ${orderBy} ${limit}`,
};

const MOVEMENTS: List<object> = {
  name: 'storefront_stock_movements',
  always: ['m.product_id = $1'],
  filters: {},
  sortKeys: [
    { sql: 'm.created_at', type: 'timestamptz' },
    { sql: 'm.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) =>
    `SELECT ${columns(stockMovementAttributes(), 'm')} FROM stock_movements m ${where} ${orderBy} ${limit}`,
};

export const makeProductQueries = ({ database }: { database: Database }): ProductQueries => ({
  async find(id) {
    const [row] = await database.rows<ProductColumns>(FIND, [id]);
    return row && toStockedProduct(row);
  },
  async findMany(ids) {
    const rows = await database.rows<ProductColumns>(FIND_MANY, [ids]);
    return new Map(rows.map((row) => [row.id, toStockedProduct(row)]));
  },
  async list(filter, page) {
    const { statement, values } = listStatement(PRODUCTS, { filter, page, direction: 'DESC' });
    const rows = await database.rows<ProductColumns>(statement, values);
    return toPage(rows.map(toStockedProduct), page.limit, ({ product }) => [
      product.createdAt.getTime(),
      product.id,
    ]);
  },
  async movements(productId, page) {
    type Row = Omit<StockMovement, 'delta'> & Readonly<{ delta: string }>;
    const request = { parameters: [productId], filter: {}, page, direction: 'DESC' } as const;
    const { statement, values } = listStatement(MOVEMENTS, request);
    const rows = await database.rows<Row>(statement, values);
    const movements = rows.map((row) => ({ ...row, delta: toNumber(row.delta) }));
    return toPage(movements, page.limit, (movement) => [movement.createdAt.getTime(), movement.id]);
  },
});
