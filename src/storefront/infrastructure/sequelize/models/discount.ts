import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  bigInteger,
  bigIntegerOrNull,
  flag,
  id,
  instant,
  instantOrNull,
  integer,
  integerOrNull,
  MODEL_OPTIONS,
  text,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A row of `discounts`. */
export class DiscountRow extends Model<InferAttributes<DiscountRow>, InferCreationAttributes<DiscountRow>> {
  declare id: string;
  declare code: string;
  declare kind: 'percent' | 'fixed';
  declare basisPoints: number | null;
  declare amount: BigInteger | null;
  declare minSubtotal: BigInteger;
  declare startsAt: Date | null;
  declare endsAt: Date | null;
  declare maxUses: number | null;
  declare maxUsesPerUser: number | null;
  declare isActive: boolean;
  declare used: number;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
}

export const discountAttributes = () => ({
  id: id(),
  code: text(),
  kind: text(),
  basisPoints: integerOrNull(),
  amount: bigIntegerOrNull(),
  minSubtotal: bigInteger(),
  startsAt: instantOrNull(),
  endsAt: instantOrNull(),
  maxUses: integerOrNull(),
  maxUsesPerUser: integerOrNull(),
  isActive: flag(),
  used: integer(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

export const defineDiscount = (sequelize: Sequelize) =>
  class extends DiscountRow {}.init(discountAttributes(), {
    sequelize,
    modelName: 'discount',
    tableName: 'discounts',
    ...MODEL_OPTIONS,
  });
