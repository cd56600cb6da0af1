import type { Transaction } from 'sequelize';
import { makeTransactionDatabase, type Statement } from '../../../platform/database/database.js';
import { columnValues, insertRows } from '../../../platform/database/insert-row.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { Stock } from '../../application/ports.js';
import { productAttributes } from './models/product.js';
import { stockMovementAttributes } from './models/stock-movement.js';
import { toStockedProduct, type ProductColumns } from './product-repository.js';

const MOVEMENT = stockMovementAttributes();
const parameterOf = (attribute: keyof typeof MOVEMENT): string =>
  `$${Object.keys(MOVEMENT).indexOf(attribute) + 1}`;

/**
 * Locks the products in order of id and then applies the movements that the stock allows, in one statement. It reads each
 * locked row in its current version; the UPDATE checks the condition again, and so does the CHECK of the column.
 *
 * The products come as arrays, which PostgreSQL plans as ten rows and looks up by index. JSON it plans as a hundred, for which
 * it would read the whole table.
 */
const MOVE: Statement = {
  name: 'storefront_move_stock',
  text: `
    WITH held AS MATERIALIZED (
      SELECT p.*, w.delta
      FROM products p
      JOIN unnest(${parameterOf('productId')}::uuid[], ${parameterOf('delta')}::bigint[]) AS w (product_id, delta)
        ON w.product_id = p.id
      ORDER BY p.id FOR NO KEY UPDATE OF p
    ), moved AS (
      UPDATE products p SET stock = p.stock + held.delta FROM held
      WHERE p.id = held.id AND p.stock + held.delta >= 0
      RETURNING p.id
    ), noted AS (
      ${insertRows('stock_movements', MOVEMENT)}
      WHERE product_id IN (SELECT id FROM moved)
    )
    SELECT ${columns(productAttributes(), 'held')}, moved.id IS NOT NULL AS moved
    FROM held LEFT JOIN moved USING (id)`,
};

export const makeStock = ({ transaction }: { transaction: Transaction }): Stock => {
  const database = makeTransactionDatabase(transaction);
  return {
    async move(movements) {
      const rows = await database.rows<ProductColumns & Readonly<{ moved: boolean }>>(
        MOVE,
        columnValues(MOVEMENT, movements),
      );
      return new Map(rows.map((row) => [row.id, { ...toStockedProduct(row), moved: row.moved }]));
    },
  };
};
