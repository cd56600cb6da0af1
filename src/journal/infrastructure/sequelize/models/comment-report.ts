import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  id,
  instant,
  instantOrNull,
  reference,
  MODEL_OPTIONS,
  textOrNull,
} from '../../../../platform/database/model-columns.js';

/** A row of `comment_reports`. */
export class CommentReportRow extends Model<
  InferAttributes<CommentReportRow>,
  InferCreationAttributes<CommentReportRow>
> {
  declare id: string;
  declare commentId: string;
  declare byUserId: string;
  declare reason: string | null;
  declare createdAt: Date;
  declare closedAt: Date | null;
}

export const commentReportAttributes = () => ({
  id: id(),
  commentId: reference(),
  byUserId: reference(),
  reason: textOrNull(),
  createdAt: instant(),
  closedAt: instantOrNull(),
});

export const defineCommentReport = (sequelize: Sequelize) =>
  class extends CommentReportRow {}.init(commentReportAttributes(), {
    sequelize,
    modelName: 'commentReport',
    tableName: 'comment_reports',
    ...MODEL_OPTIONS,
  });
