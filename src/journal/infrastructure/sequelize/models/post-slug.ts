import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import { referenceOrNull, MODEL_OPTIONS, text } from '../../../../platform/database/model-columns.js';

/** A row of `post_slugs`. */
export class PostSlugRow extends Model<InferAttributes<PostSlugRow>, InferCreationAttributes<PostSlugRow>> {
  declare slug: string;
  declare postId: string | null;
}

export const postSlugAttributes = () => ({
  slug: { ...text(), primaryKey: true },
  postId: referenceOrNull(),
});

export const definePostSlug = (sequelize: Sequelize) =>
  class extends PostSlugRow {}.init(postSlugAttributes(), {
    sequelize,
    modelName: 'postSlug',
    tableName: 'post_slugs',
    ...MODEL_OPTIONS,
  });
