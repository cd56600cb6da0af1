import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { StockMovement } from '../../application/domain-types.js';
import type { ProductQueries } from '../../application/ports.js';
import { productAttributes } from './models/product.js';
import { instantKey } from '../../../platform/database/keyset.js';
import { toNumber } from './columns.js';
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

const products = (name: string, filters: string): Statement => ({
  name,
  text: `
    SELECT ${COLUMNS} FROM products
    WHERE ($1::boolean IS NULL OR is_active = $1)
      AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
      ${filters}
    ORDER BY created_at DESC, id DESC
    LIMIT $4`,
});
const LIST = products('storefront_products', '');
const SEARCH = products('storefront_product_search', 'AND (name ILIKE $5 OR description ILIKE $5)');

const MOVEMENTS: Statement = {
  name: 'storefront_stock_movements',
  text: `
    SELECT id, product_id AS "productId", delta, reason, order_id AS "orderId", created_at AS "createdAt"
    FROM stock_movements
    WHERE product_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
    ORDER BY created_at DESC, id DESC
    LIMIT $4`,
};

/** A LIKE pattern that finds `text` anywhere; its special characters are escaped. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

export const makeProductQueries = ({ database }: { database: Database }): ProductQueries => ({
  async find(id) {
    const [row] = await database.rows<ProductColumns>(FIND, [id]);
    return row && toStockedProduct(row);
  },
  async findMany(ids) {
    const rows = await database.rows<ProductColumns>(FIND_MANY, [ids]);
    return new Map(rows.map((row) => [row.id, toStockedProduct(row)]));
  },
  async list({ q, isActive }, { limit, after }) {
    const values = [isActive ?? null, ...instantKey(after), limit + 1];
    const rows =
      q === undefined
        ? await database.rows<ProductColumns>(LIST, values)
        : await database.rows<ProductColumns>(SEARCH, [...values, containing(q)]);
    return toPage(rows.map(toStockedProduct), limit, ({ product }) => [
      product.createdAt.getTime(),
      product.id,
    ]);
  },
  async movements(productId, { limit, after }) {
    type Row = Omit<StockMovement, 'delta'> & Readonly<{ delta: string }>;
    const rows = await database.rows<Row>(MOVEMENTS, [productId, ...instantKey(after), limit + 1]);
    const movements = rows.map((row) => ({ ...row, delta: toNumber(row.delta) }));
    return toPage(movements, limit, (movement) => [movement.createdAt.getTime(), movement.id]);
  },
});
