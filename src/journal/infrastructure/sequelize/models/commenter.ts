import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import { instantOrNull, reference, MODEL_OPTIONS } from '../../../../platform/database/model-columns.js';

/** A row of `commenters`. */
export class CommenterRow extends Model<
  InferAttributes<CommenterRow>,
  InferCreationAttributes<CommenterRow>
> {
  declare userId: string;
  declare trustedAt: Date | null;
}

export const commenterAttributes = () => ({
  userId: { ...reference(), primaryKey: true },
  trustedAt: instantOrNull(),
});

export const defineCommenter = (sequelize: Sequelize) =>
  class extends CommenterRow {}.init(commenterAttributes(), {
    sequelize,
    modelName: 'commenter',
    tableName: 'commenters',
    ...MODEL_OPTIONS,
  });
