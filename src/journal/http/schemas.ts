import { z } from 'zod';
import type { Principal } from '../../platform/http/routing/route.js';
import { id, idOut, instant, text, trimmedText } from '../../platform/http/requests/schemas.js';
import {
  COMMENT_POLICIES,
  COMMENT_STATUSES,
  MAX_COMMENT,
  MAX_CONTENT,
  MAX_REASON,
  MAX_SLUG,
  MAX_TAG,
  MAX_TAGS,
  POST_STATUSES,
  TITLE_BOUNDS,
  VISIBILITIES,
  type Viewer,
} from '../application/domain-types.js';
import type { CommentView, PostView, QueuedComment, RevisionView } from '../application/ports.js';

export const byId = z.object({ id });
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const byIdOrSlug = z.object({
  id: text({ min: 1, max: 200 }).meta({ description: 'The id, or a slug that it has or had' }),
});
/** Slugs never look like ids. */
export const keyOf = (idOrSlug: string): { id: string } | { slug: string } =>
  UUID.test(idOrSlug) ? { id: idOrSlug.toLowerCase() } : { slug: idOrSlug };

export const viewerOf = (actor: Principal | null): Viewer =>
  actor && { userId: actor.userId, role: actor.role };
export const callerOf = ({ userId, role, emailVerified }: Principal) => ({ userId, role, emailVerified });

const MARKDOWN =
  'Markdown (CommonMark and GFM). Raw HTML is removed; images become links; links are http, https or mailto.';
const title = trimmedText(TITLE_BOUNDS);
const content = text({ min: 1, max: MAX_CONTENT }).meta({ description: MARKDOWN });
const slug = text({ min: 1, max: MAX_SLUG }).meta({
  description: 'Lower-case letters and digits, in words separated by hyphens',
});
export const tag = trimmedText({ min: 1, max: MAX_TAG });
const tags = z.array(tag).max(MAX_TAGS).meta({ description: 'Stored in lower case, without duplicates' });
const visibility = z.enum(VISIBILITIES);
const commentPolicy = z.enum(COMMENT_POLICIES).meta({
  description: 'open; locked: no new comments; hidden: no comments are shown',
});

export const postIn = z.strictObject({
  title,
  content,
  tags: tags.default([]),
  visibility: visibility.default('public'),
  commentPolicy: commentPolicy.default('open'),
  slug: slug.optional().meta({ description: 'Without it one is made from the title' }),
});
export const postChanges = z
  .strictObject({ title, content, tags, visibility, commentPolicy, slug })
  .partial();

export const include = z
  .enum(['comments'])
  .optional()
  .meta({ description: '`comments`: with the newest ten of each post' });

const named = z.object({ id: idOut, name: z.string() });
const version = z.int().min(1);

const commentFields = {
  id: idOut,
  postId: idOut,
  parentId: idOut.nullable(),
  author: named,
  comment: z
    .string()
    .nullable()
    .meta({ description: 'Markdown source; null when it is deleted and stays because of its replies' }),
  html: z
    .string()
    .nullable()
    .meta({ description: 'Rendered and sanitised; links are marked `nofollow ugc`' }),
  status: z.enum(COMMENT_STATUSES),
  version,
  createdAt: instant,
  editedAt: instant.nullable(),
};
export const commentReply = z.object(commentFields).meta({ id: 'Comment' });
export const queuedReply = z
  .object({
    ...commentFields,
    reports: z.int().min(0).meta({ description: 'Open reports' }),
  })
  .meta({ id: 'QueuedComment' });

export const toCommentReply = (view: CommentView): z.infer<typeof commentReply> => ({
  id: view.id,
  postId: view.postId,
  parentId: view.parentId,
  author: view.author,
  comment: view.comment,
  html: view.html,
  status: view.status,
  version: view.version,
  createdAt: view.createdAt.toISOString(),
  editedAt: view.editedAt?.toISOString() ?? null,
});
export const toQueuedReply = (view: QueuedComment): z.infer<typeof queuedReply> => ({
  ...toCommentReply(view),
  reports: view.reports,
});

const OFFSET = 'UTF-16 code units, from the start of `text`';
const match = z
  .object({
    text: z
      .string()
      .meta({ description: 'Plain text around the first match; escape it before you put it into HTML' }),
    matches: z.array(
      z.object({
        start: z.int().min(0).meta({ description: OFFSET }),
        end: z
          .int()
          .min(1)
          .meta({ description: `${OFFSET}; exclusive` }),
      }),
    ),
  })
  .meta({ id: 'SearchMatch' });

export const postReply = z
  .object({
    id: idOut,
    slug: z.string(),
    title: z.string(),
    content: z.string().meta({ description: 'Markdown source' }),
    html: z.string().meta({
      description: '`content`, rendered and sanitised: without scripts and without external resources',
    }),
    tags: z.array(z.string()),
    author: named,
    status: z
      .enum(POST_STATUSES)
      .meta({ description: 'At the moment of the request: a scheduled post is published from its time on' }),
    visibility,
    commentPolicy,
    publishAt: instant.nullable(),
    comments: z
      .array(commentReply)
      .max(10)
      .optional()
      .meta({ description: 'With `include=comments`: the newest, newest first' }),
    match: match.optional().meta({ description: 'With `q`' }),
    version,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Post' });

export const toPostReply = (post: PostView): z.infer<typeof postReply> => ({
  id: post.id,
  slug: post.slug,
  title: post.title,
  content: post.content,
  html: post.rendered.html,
  tags: [...post.tags],
  author: post.author,
  status: post.status,
  visibility: post.visibility,
  commentPolicy: post.commentPolicy,
  publishAt: post.publishAt?.toISOString() ?? null,
  ...(post.comments && { comments: post.comments.map(toCommentReply) }),
  ...(post.match && { match: { text: post.match.text, matches: [...post.match.matches] } }),
  version: post.version,
  createdAt: post.createdAt.toISOString(),
  updatedAt: post.updatedAt.toISOString(),
});

export const revisionReply = z
  .object({
    number: z.int().min(1),
    title: z.string(),
    content: z.string(),
    tags: z.array(z.string()),
    by: named,
    createdAt: instant,
  })
  .meta({ id: 'PostRevision' });

export const toRevisionReply = (revision: RevisionView): z.infer<typeof revisionReply> => ({
  number: revision.number,
  title: revision.title,
  content: revision.content,
  tags: [...revision.tags],
  by: revision.by,
  createdAt: revision.createdAt.toISOString(),
});

const comment = text({ min: 1, max: MAX_COMMENT }).meta({ description: MARKDOWN });
export const commentIn = z.strictObject({ comment, parentId: id.nullable().default(null) });
export const commentChanges = z.strictObject({ comment });
export const reportIn = z.strictObject({
  reason: trimmedText({ min: 1, max: MAX_REASON }).nullable().default(null),
});
