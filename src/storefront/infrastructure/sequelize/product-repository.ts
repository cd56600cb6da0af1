import type { Transaction } from 'sequelize';
import { versionMismatch } from '../../../kernel/errors.js';
import { toNumber } from '../../../platform/database/big-integer.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { ProductRepository } from '../../application/ports.js';
import { skuTaken } from '../../domain/errors.js';
import {
  nextProductVersion,
  restoreProduct,
  type Product,
  type StockedProduct,
} from '../../domain/product.js';
import type { StorefrontModels } from './models.js';

/** A row of `products`, from the model or from a query with the same column names. */
export type ProductColumns = Readonly<
  Omit<Parameters<typeof restoreProduct>[0], 'price'> & { price: string | number; stock: string | number }
>;

export const toStockedProduct = (row: ProductColumns): StockedProduct => ({
  product: restoreProduct({
    id: row.id,
    sku: row.sku,
    name: row.name,
    description: row.description,
    price: toNumber(row.price),
    isActive: row.isActive,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  }),
  stock: toNumber(row.stock),
});

/** Every column except `stock`, which only movements change. */
const fromProduct = (product: Product) => ({
  id: product.id,
  sku: product.sku,
  name: product.name,
  description: product.description,
  price: product.price,
  isActive: product.isActive,
  createdAt: product.createdAt,
  updatedAt: product.updatedAt,
  version: product.version,
});

const translate = (error: unknown): unknown =>
  violatedConstraint(error) === 'products_sku_key' ? skuTaken() : error;

export const makeProductRepository = ({
  storefrontModels: { products, orderLines },
  transaction,
}: {
  storefrontModels: StorefrontModels;
  transaction: Transaction;
}): ProductRepository => ({
  async lock(id) {
    const row = await products.findByPk(id, { transaction, lock: transaction.LOCK.NO_KEY_UPDATE });
    return row === null ? undefined : toStockedProduct(row);
  },
  async insert(product) {
    try {
      await products.create({ ...fromProduct(product), stock: 0 }, { transaction, returning: false });
    } catch (error) {
      throw translate(error);
    }
  },
  async save(product) {
    const saved = nextProductVersion(product);
    const where = { id: product.id, version: product.version };
    try {
      const [count] = await products.update(fromProduct(saved), { where, transaction });
      if (count === 0) throw versionMismatch();
    } catch (error) {
      throw translate(error);
    }
    return saved;
  },
  async wasSold(id) {
    const line = await orderLines.findOne({ attributes: ['id'], where: { productId: id }, transaction });
    return line !== null;
  },
  async delete(id) {
    await products.destroy({ where: { id }, transaction });
  },
});
