import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  bigInteger,
  flag,
  id,
  instant,
  integer,
  MODEL_OPTIONS,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A row of `products`. */
export class ProductRow extends Model<InferAttributes<ProductRow>, InferCreationAttributes<ProductRow>> {
  declare id: string;
  declare sku: string;
  declare name: string;
  declare description: string | null;
  declare price: BigInteger;
  declare stock: BigInteger;
  declare isActive: boolean;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
}

export const productAttributes = () => ({
  id: id(),
  sku: text(),
  name: text(),
  description: textOrNull(),
  price: bigInteger(),
  stock: bigInteger(),
  isActive: flag(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

export const defineProduct = (sequelize: Sequelize) =>
  class extends ProductRow {}.init(productAttributes(), {
    sequelize,
    modelName: 'product',
    tableName: 'products',
    ...MODEL_OPTIONS,
  });
