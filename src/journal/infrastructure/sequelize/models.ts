import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';
import type { CommentStatus } from '../../domain/comment.js';
import type { CommentPolicy, PostStatus } from '../../domain/post.js';
import type { Visibility } from '../../domain/viewer.js';

export type PostColumns = {
  id: string;
  authorId: string;
  slug: string;
  title: string;
  content: string;
  html: string;
  plain: string;
  htmlVersion: number;
  tags: string[];
  status: PostStatus;
  visibility: Visibility;
  commentPolicy: CommentPolicy;
  publishAt: Date | null;
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type SlugColumns = { slug: string; postId: string | null };
export type RevisionColumns = {
  postId: string;
  number: number;
  title: string;
  content: string;
  tags: string[];
  byUserId: string;
  createdAt: Date;
};
export type CommentColumns = {
  id: string;
  postId: string;
  parentId: string | null;
  authorId: string;
  comment: string | null;
  html: string | null;
  htmlVersion: number;
  status: CommentStatus;
  approvedAt: Date | null;
  editedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type CommenterColumns = { userId: string; trustedAt: Date | null };
export type ReportColumns = {
  id: string;
  commentId: string;
  byUserId: string;
  reason: string | null;
  createdAt: Date;
  closedAt: Date | null;
};

type Table<Columns extends object> = ModelStatic<Model<Columns, Columns> & Columns>;

export type JournalModels = Readonly<{
  posts: Table<PostColumns>;
  slugs: Table<SlugColumns>;
  revisions: Table<RevisionColumns>;
  comments: Table<CommentColumns>;
  commenters: Table<CommenterColumns>;
  reports: Table<ReportColumns>;
}>;

// Functions, because Sequelize writes the column's name into the object it gets: a shared object would name all columns.
const id = () => ({ type: DataTypes.UUID, primaryKey: true });
const uuid = () => ({ type: DataTypes.UUID, allowNull: false });
const uuidOrNull = () => ({ type: DataTypes.UUID, allowNull: true });
const text = () => ({ type: DataTypes.TEXT, allowNull: false });
const textOrNull = () => ({ type: DataTypes.TEXT, allowNull: true });
const texts = () => ({ type: DataTypes.ARRAY(DataTypes.TEXT), allowNull: false });
const integer = () => ({ type: DataTypes.INTEGER, allowNull: false });
const instant = () => ({ type: DataTypes.DATE(3), allowNull: false });
const instantOrNull = () => ({ type: DataTypes.DATE(3), allowNull: true });

/** The models of one connection pool, without the columns that PostgreSQL generates. */
export function makeJournalModels({ sequelize }: { sequelize: Sequelize }): JournalModels {
  const options = (tableName: string) => ({ tableName, underscored: true, timestamps: false });

  const posts: JournalModels['posts'] = sequelize.define(
    'post',
    {
      id: id(),
      authorId: uuid(),
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
    },
    options('posts'),
  );
  const slugs: JournalModels['slugs'] = sequelize.define(
    'postSlug',
    { slug: { type: DataTypes.TEXT, primaryKey: true }, postId: uuidOrNull() },
    options('post_slugs'),
  );
  const revisions: JournalModels['revisions'] = sequelize.define(
    'postRevision',
    {
      postId: { ...uuid(), primaryKey: true },
      number: { ...integer(), primaryKey: true },
      title: text(),
      content: text(),
      tags: texts(),
      byUserId: uuid(),
      createdAt: instant(),
    },
    options('post_revisions'),
  );
  const comments: JournalModels['comments'] = sequelize.define(
    'comment',
    {
      id: id(),
      postId: uuid(),
      parentId: uuidOrNull(),
      authorId: uuid(),
      comment: textOrNull(),
      html: textOrNull(),
      htmlVersion: integer(),
      status: text(),
      approvedAt: instantOrNull(),
      editedAt: instantOrNull(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
    },
    options('comments'),
  );
  const commenters: JournalModels['commenters'] = sequelize.define(
    'commenter',
    { userId: { type: DataTypes.UUID, primaryKey: true }, trustedAt: instantOrNull() },
    options('commenters'),
  );
  const reports: JournalModels['reports'] = sequelize.define(
    'commentReport',
    {
      id: id(),
      commentId: uuid(),
      byUserId: uuid(),
      reason: textOrNull(),
      createdAt: instant(),
      closedAt: instantOrNull(),
    },
    options('comment_reports'),
  );

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
