import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  id,
  instant,
  instantOrNull,
  integer,
  reference,
  MODEL_OPTIONS,
  text,
  texts,
} from '../../../../platform/database/model-columns.js';
import type { CommentPolicy, PostStatus } from '../../../domain/post.js';
import type { Visibility } from '../../../domain/viewer.js';

/** A row of `posts`. */
export class PostRow extends Model<InferAttributes<PostRow>, InferCreationAttributes<PostRow>> {
  declare id: string;
  declare authorId: string;
  declare slug: string;
  declare title: string;
  declare content: string;
  declare html: string;
  declare plain: string;
  declare htmlVersion: number;
  declare tags: string[];
  declare status: PostStatus;
  declare visibility: Visibility;
  declare commentPolicy: CommentPolicy;
  declare publishAt: Date | null;
  declare revision: number;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
}

export const postAttributes = () => ({
  id: id(),
  authorId: reference(),
  slug: text(),
  title: text(),
  content: text(),
  html: text(),
  plain: text(),
  htmlVersion: integer(),
  tags: texts(),
  status: text(),
  visibility: text(),
  commentPolicy: text(),
  publishAt: instantOrNull(),
  revision: integer(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

export const definePost = (sequelize: Sequelize) =>
  class extends PostRow {}.init(postAttributes(), {
    sequelize,
    modelName: 'post',
    tableName: 'posts',
    ...MODEL_OPTIONS,
  });
