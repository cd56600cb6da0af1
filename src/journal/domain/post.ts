import { later } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import { isLine, lengthOf, parseLine } from '../../kernel/text.js';
import { invalidTransition } from './errors.js';
import { isSlug } from './slug.js';
import { isProse, parseProse } from './prose.js';
import { VISIBILITIES, type Audience, type Visibility } from './viewer.js';

export const POST_STATUSES = ['draft', 'scheduled', 'published', 'archived'] as const;
export type PostStatus = (typeof POST_STATUSES)[number];
export const COMMENT_POLICIES = ['open', 'locked', 'hidden'] as const;
export type CommentPolicy = (typeof COMMENT_POLICIES)[number];

export const TITLE_BOUNDS = { min: 1, max: 200 };
export const MAX_CONTENT = 50_000;
export const MAX_TAGS = 10;
export const MAX_TAG = 40;

/** Rendered Markdown: sanitised HTML, and its plain text for the search. `version` is the renderer's. */
export type Rendered = Readonly<{ html: string; plain: string; version: number }>;

declare const brand: unique symbol;
type State = {
  id: string;
  authorId: string;
  slug: string;
  title: string;
  /** Markdown source. */
  content: string;
  rendered: Rendered;
  tags: readonly string[];
  /** As stored: stays `scheduled` after `publishAt`; `statusAt` computes the status at a moment. */
  status: PostStatus;
  visibility: Visibility;
  commentPolicy: CommentPolicy;
  /** The past or future moment of publishing; null for a draft. */
  publishAt: Date | null;
  /** Number of the newest revision. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type Post = Readonly<State> & { readonly [brand]: 'Post' };

/** A version of a post's text. Revisions are only added, never changed. */
export type Revision = Readonly<{
  postId: string;
  number: number;
  title: string;
  content: string;
  tags: readonly string[];
  /** The user who wrote it. */
  by: string;
  createdAt: Date;
}>;

const TAG = /^[\p{Ll}\p{Lo}\p{Lm}\p{N}][\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N} ._+#-]*$/u;
const isTag = (tag: string): boolean => TAG.test(tag) && tag === tag.trim() && lengthOf(tag) <= MAX_TAG;
const areTags = (tags: readonly string[]): boolean =>
  tags.length <= MAX_TAGS && tags.every(isTag) && new Set(tags).size === tags.length;

/** The text in lower case with single spaces, as tags are stored and searched. The result may be an invalid tag. */
export const canonicalTag = (text: string): string =>
  text.normalize('NFC').toLowerCase().trim().replaceAll(/\s+/g, ' ');

/** Canonical tags without duplicates, in the given order. 422 `validation` at the invalid tag. */
export function parseTags(texts: readonly string[]): readonly string[] {
  const tags = texts.map(canonicalTag);
  const wrong = tags.findIndex((tag) => !isTag(tag));
  if (wrong !== -1)
    throw invalidField(`/tags/${wrong}`, `must be letters, digits, spaces and . _ + # -, at most ${MAX_TAG}`);
  const unique = [...new Set(tags)];
  if (unique.length > MAX_TAGS) throw invalidField('/tags', `must be at most ${MAX_TAGS}`);
  return unique;
}

/** Builds a post from stored values. Throws a plain Error for corrupt data. */
export function restorePost(state: State): Post {
  const { id, authorId, slug, title, content, rendered, tags, status, visibility, commentPolicy } = state;
  const { publishAt, revision, createdAt, updatedAt, version } = state;
  const isSound =
    isSlug(slug) &&
    isLine(title, TITLE_BOUNDS) &&
    isProse(content, MAX_CONTENT) &&
    areTags(tags) &&
    POST_STATUSES.includes(status) &&
    VISIBILITIES.includes(visibility) &&
    COMMENT_POLICIES.includes(commentPolicy) &&
    (publishAt === null) === (status === 'draft') &&
    revision >= 1 &&
    version >= 1 &&
    updatedAt >= createdAt;
  if (!isSound) throw new Error(`corrupt post ${id}`);
  return Object.freeze({
    id,
    authorId,
    slug,
    title,
    content,
    rendered,
    tags,
    status,
    visibility,
    commentPolicy,
    publishAt,
    revision,
    createdAt,
    updatedAt,
    version,
  }) as Post;
}

/** The fields that an author writes, except the slug. */
export type PostFields = Readonly<{
  title: string;
  content: string;
  tags: readonly string[];
  visibility: Visibility;
  commentPolicy: CommentPolicy;
}>;

/** Parses the given fields. 422 `validation`. */
export const parseFields = (fields: Partial<PostFields>): Partial<PostFields> => ({
  ...fields,
  ...(fields.title !== undefined && { title: parseLine(fields.title, TITLE_BOUNDS, '/title') }),
  ...(fields.content !== undefined && { content: parseProse(fields.content, MAX_CONTENT, '/content') }),
  ...(fields.tags !== undefined && { tags: parseTags(fields.tags) }),
});

/** A draft. `fields` have been parsed. */
export const newPost = (
  post: PostFields & Readonly<{ id: string; authorId: string; slug: string; rendered: Rendered }>,
  now: Date,
): Post =>
  restorePost({
    ...post,
    status: 'draft',
    publishAt: null,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });

/** The status at `now`: a scheduled post is published from `publishAt` on, without a job. */
export const statusAt = (
  { status, publishAt }: Readonly<{ status: PostStatus; publishAt: Date | null }>,
  now: Date,
): PostStatus => (status === 'scheduled' && publishAt !== null && publishAt <= now ? 'published' : status);

/** Changes the given fields and counts a new revision. `changes` are parsed; new content comes with its rendering. */
export const editPost = (
  post: Post,
  changes: Partial<PostFields> & Readonly<{ slug?: string; rendered?: Rendered }>,
  now: Date,
): Post =>
  restorePost({
    ...post,
    ...changes,
    status: statusAt(post, now),
    revision: post.revision + 1,
    updatedAt: later(post.updatedAt, now),
  });

export const revisionOf = (post: Post, by: string): Revision => ({
  postId: post.id,
  number: post.revision,
  title: post.title,
  content: post.content,
  tags: post.tags,
  by,
  createdAt: post.updatedAt,
});

const NEXT: Readonly<Record<PostStatus, readonly PostStatus[]>> = {
  draft: ['scheduled', 'published'],
  scheduled: ['draft', 'published'],
  published: ['archived'],
  archived: ['draft', 'published'],
};

function moveTo(post: Post, to: PostStatus, publishAt: Date | null, now: Date): Post {
  const from = statusAt(post, now);
  const allowed = NEXT[from];
  if (!allowed.includes(to)) throw invalidTransition(from, to, allowed);
  return restorePost({ ...post, status: to, publishAt, updatedAt: later(post.updatedAt, now) });
}

/** Publishes now; a post that was published before keeps its date. conflict `invalid-transition`. */
export const publishPost = (post: Post, now: Date): Post =>
  moveTo(post, 'published', post.publishAt !== null && post.publishAt <= now ? post.publishAt : now, now);

/** conflict `invalid-transition`; 422 `validation` for a time in the past. */
export function schedulePost(post: Post, publishAt: Date, now: Date): Post {
  const scheduled = moveTo(post, 'scheduled', publishAt, now);
  if (publishAt <= now) throw invalidField('/publishAt', 'must be in the future');
  return scheduled;
}

/** Back to a draft. conflict `invalid-transition`. */
export const unpublishPost = (post: Post, now: Date): Post => moveTo(post, 'draft', null, now);

/** conflict `invalid-transition`. */
export const archivePost = (post: Post, now: Date): Post => moveTo(post, 'archived', post.publishAt, now);

/** The fields that decide who can see a post. */
type VisibilityFields = Readonly<{
  authorId: string;
  status: PostStatus;
  publishAt: Date | null;
  visibility: Visibility;
}>;

/** True for the author, while on the staff, and for admins. */
export const mayManage = ({ authorId }: Readonly<{ authorId: string }>, audience: Audience): boolean =>
  audience.managesAll || audience.authorId === authorId;

/** The one visibility rule of posts; `VISIBLE` is the same rule in SQL. */
export const isVisibleTo = (post: VisibilityFields, audience: Audience, now: Date): boolean =>
  mayManage(post, audience) ||
  (statusAt(post, now) === 'published' &&
    post.publishAt !== null &&
    post.publishAt <= now &&
    audience.visibilities.includes(post.visibility));

/** The saved post: its next version. Only repositories call this. */
export const nextPostVersion = (post: Post): Post => restorePost({ ...post, version: post.version + 1 });
