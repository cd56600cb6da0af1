import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import { integer, reference, MODEL_OPTIONS } from '../../../../platform/database/model-columns.js';

/** A row of `discount_uses`. */
export class DiscountUseRow extends Model<
  InferAttributes<DiscountUseRow>,
  InferCreationAttributes<DiscountUseRow>
> {
  declare discountId: string;
  declare userId: string;
  declare used: number;
}

export const discountUseAttributes = () => ({
  discountId: { ...reference(), primaryKey: true },
  userId: { ...reference(), primaryKey: true },
  used: integer(),
});

export const defineDiscountUse = (sequelize: Sequelize) =>
  class extends DiscountUseRow {}.init(discountUseAttributes(), {
    sequelize,
    modelName: 'discountUse',
    tableName: 'discount_uses',
    ...MODEL_OPTIONS,
  });
