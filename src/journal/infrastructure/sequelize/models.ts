import type { InferAttributes, Sequelize } from 'sequelize';
import { defineComment, type CommentRow } from './models/comment.js';
import { defineCommentReport } from './models/comment-report.js';
import { defineCommenter } from './models/commenter.js';
import { definePost, type PostRow } from './models/post.js';
import { definePostRevision } from './models/post-revision.js';
import { definePostSlug } from './models/post-slug.js';

export type PostColumns = InferAttributes<PostRow>;
export type CommentColumns = InferAttributes<CommentRow>;
export type JournalModels = ReturnType<typeof makeJournalModels>;

/** The models of one connection pool, without the columns that PostgreSQL generates. */
export function makeJournalModels({ sequelize }: { sequelize: Sequelize }) {
  const posts = definePost(sequelize);
  const slugs = definePostSlug(sequelize);
  const revisions = definePostRevision(sequelize);
  const comments = defineComment(sequelize);
  const commenters = defineCommenter(sequelize);
  const reports = defineCommentReport(sequelize);

  posts.hasMany(slugs, { foreignKey: 'postId', as: 'slugs' });
  slugs.belongsTo(posts, { foreignKey: 'postId', as: 'post' });
  posts.hasMany(revisions, { foreignKey: 'postId', as: 'revisions' });
  revisions.belongsTo(posts, { foreignKey: 'postId', as: 'post' });
  posts.hasMany(comments, { foreignKey: 'postId', as: 'comments' });
  comments.belongsTo(posts, { foreignKey: 'postId', as: 'post' });
  comments.hasMany(comments, { foreignKey: 'parentId', as: 'replies' });
  comments.belongsTo(comments, { foreignKey: 'parentId', as: 'parent' });
  comments.hasMany(reports, { foreignKey: 'commentId', as: 'reports' });
  reports.belongsTo(comments, { foreignKey: 'commentId', as: 'reported' });
  commenters.hasMany(comments, {
    foreignKey: 'authorId',
    sourceKey: 'userId',
    as: 'comments',
    constraints: false,
  });
  comments.belongsTo(commenters, {
    foreignKey: 'authorId',
    targetKey: 'userId',
    as: 'commenter',
    constraints: false,
  });

  return { posts, slugs, revisions, comments, commenters, reports };
}
