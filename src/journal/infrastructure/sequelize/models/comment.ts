import {
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';
import {
  id,
  instant,
  instantOrNull,
  integer,
  reference,
  referenceOrNull,
  MODEL_OPTIONS,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';
import type { CommentStatus } from '../../../domain/comment.js';
import type { PostRow } from './post.js';

/** A row of `comments`. */
export class CommentRow extends Model<InferAttributes<CommentRow>, InferCreationAttributes<CommentRow>> {
  declare id: string;
  declare postId: string;
  declare parentId: string | null;
  declare authorId: string;
  declare comment: string | null;
  declare html: string | null;
  declare htmlVersion: number;
  declare status: CommentStatus;
  declare approvedAt: Date | null;
  declare editedAt: Date | null;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
  declare post?: NonAttribute<PostRow>;
}

export const commentAttributes = () => ({
  id: id(),
  postId: reference(),
  parentId: referenceOrNull(),
  authorId: reference(),
  comment: textOrNull(),
  html: textOrNull(),
  htmlVersion: integer(),
  status: text(),
  approvedAt: instantOrNull(),
  editedAt: instantOrNull(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

export const defineComment = (sequelize: Sequelize) =>
  class extends CommentRow {}.init(commentAttributes(), {
    sequelize,
    modelName: 'comment',
    tableName: 'comments',
    ...MODEL_OPTIONS,
  });
