import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  instant,
  integer,
  reference,
  MODEL_OPTIONS,
  text,
  texts,
} from '../../../../platform/database/model-columns.js';

/** A row of `post_revisions`. */
export class PostRevisionRow extends Model<
  InferAttributes<PostRevisionRow>,
  InferCreationAttributes<PostRevisionRow>
> {
  declare postId: string;
  declare number: number;
  declare title: string;
  declare content: string;
  declare tags: string[];
  declare byUserId: string;
  declare createdAt: Date;
}

export const postRevisionAttributes = () => ({
  postId: { ...reference(), primaryKey: true },
  number: { ...integer(), primaryKey: true },
  title: text(),
  content: text(),
  tags: texts(),
  byUserId: reference(),
  createdAt: instant(),
});

export const definePostRevision = (sequelize: Sequelize) =>
  class extends PostRevisionRow {}.init(postRevisionAttributes(), {
    sequelize,
    modelName: 'postRevision',
    tableName: 'post_revisions',
    ...MODEL_OPTIONS,
  });
