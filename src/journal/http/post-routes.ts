import { z } from 'zod';
import { replyOf } from '../../platform/http/replies/reply-of.js';
import { defineRoute, movedTo, type Route } from '../../platform/http/routing/route.js';
import { anyOf, id, instantIn, trimmedText } from '../../platform/http/requests/schemas.js';
import type { AdvancePost, PostTransition } from '../application/advance-post.js';
import type { ChangePost } from '../application/change-post.js';
import { POST_STATUSES } from '../application/domain-types.js';
import type { ListPosts } from '../application/list-posts.js';
import type { ListRevisions } from '../application/list-revisions.js';
import type { ReadJournalFeed } from '../application/read-journal-feed.js';
import type { ViewPost } from '../application/view-post.js';
import type { RemovePost } from '../application/remove-post.js';
import type { RestoreRevision } from '../application/restore-revision.js';
import type { WritePost } from '../application/write-post.js';
import { exampleComment, exampleDraft, examplePost, ids } from './examples.js';
import {
  byId,
  byIdOrSlug,
  callerOf,
  given,
  include,
  keyOf,
  postChanges,
  postIn,
  postReply,
  revisionReply,
  tag as tagIn,
  toPostReply,
  toRevisionReply,
  viewerOf,
} from './schemas.js';

const tag = 'posts';
const exampleParams = { id: ids.post };
const OTHERS = 'Answers 404 for somebody else’s post, except to admins.';

type Transition = Readonly<{
  name: string;
  operationId: string;
  summary: string;
  description: string;
  to: 'published' | 'draft' | 'archived';
  reply: object;
}>;

const transition = ({ name, operationId, summary, description, to, reply }: Transition): Route =>
  defineRoute<{ advancePost: AdvancePost }>()({
    method: 'post',
    path: `/v1/posts/{id}/${name}`,
    operationId,
    tag,
    summary,
    description: `${description} ${OTHERS}`,
    allow: 'staff',
    params: byId,
    precondition: 'required',
    status: 200,
    reply: postReply,
    problems: ['invalid-transition'],
    example: { params: exampleParams, reply },
    handle: async ({ actor, params, expectedVersion }, { advancePost }) => {
      const change: PostTransition = { to };
      return toPostReply(
        await advancePost({
          caller: callerOf(actor),
          postId: params.id,
          transition: change,
          expectedVersion,
        }),
      );
    },
  });

export const postRoutes = [
  defineRoute<{ listPosts: ListPosts }>()({
    method: 'get',
    path: '/v1/posts',
    operationId: 'listPosts',
    tag,
    summary: 'List posts, newest first',
    description:
      'Published posts, and scheduled posts from their time on. Members also get posts for members, staff get all of them. Staff may ask for other states of their own posts, admins for those of all posts. With `q` the posts are sorted by relevance and have `match`.',
    allow: 'anyone',
    identify: true,
    query: z.object({
      authorId: id.optional(),
      tag: tagIn.optional(),
      q: trimmedText({ min: 1, max: 200 })
        .optional()
        .meta({ description: 'Whole words, "phrases", `-exclusions` and `or`, in title and content' }),
      status: anyOf(POST_STATUSES)
        .optional()
        .meta({ description: 'States other than `published` are for staff' }),
      include,
    }),
    status: 200,
    items: postReply,
    problems: ['forbidden'],
    example: { query: { tag: 'teeth', include: 'comments' } },
    handle: async ({ actor, query, page }, { listPosts }) => {
      const { status: statuses, include: included, ...filter } = query;
      const { items, next } = await listPosts({
        viewer: viewerOf(actor),
        filter: { ...filter, statuses },
        comments: included === 'comments',
        page,
      });
      return { items: items.map((post) => replyOf(post, toPostReply)), next };
    },
  }),
  defineRoute<{ viewPost: ViewPost }>()({
    method: 'get',
    path: '/v1/posts/{id}',
    operationId: 'getPost',
    tag,
    summary: 'One post, by its id or its slug',
    description: 'A former slug redirects to the present one (308).',
    allow: 'anyone',
    identify: true,
    moves: true,
    params: byIdOrSlug,
    query: z.object({ include }),
    status: 200,
    reply: postReply,
    example: {
      params: { id: exampleDraft.slug },
      query: { include: 'comments' },
      reply: { ...examplePost, comments: [exampleComment] },
    },
    handle: async ({ actor, params, query }, { viewPost }) => {
      const comments = query.include === 'comments';
      const found = await viewPost({ viewer: viewerOf(actor), key: keyOf(params.id), comments });
      return 'movedTo' in found ? movedTo(`/v1/posts/${found.movedTo}`) : toPostReply(found.post);
    },
  }),
  defineRoute<{ writePost: WritePost }>()({
    method: 'post',
    path: '/v1/posts',
    operationId: 'writePost',
    tag,
    summary: 'Write a draft',
    description:
      'Without `slug` it gets one from the title, with `-2`, `-3` and so on when the slug is taken; a title without a Latin letter gets `post-` and the end of the id.',
    allow: 'staff',
    body: postIn,
    status: 201,
    reply: postReply,
    location: ({ id: postId }) => `/v1/posts/${postId}`,
    problems: ['slug-taken'],
    example: {
      body: { title: exampleDraft.title, content: exampleDraft.content, tags: exampleDraft.tags },
      reply: exampleDraft,
    },
    handle: async ({ actor, body: { slug, ...fields } }, { writePost }) =>
      toPostReply(await writePost({ caller: callerOf(actor), fields, slug })),
  }),
  defineRoute<{ changePost: ChangePost }>()({
    method: 'patch',
    path: '/v1/posts/{id}',
    operationId: 'changePost',
    tag,
    summary: 'Change a post',
    description: `Adds a revision. A new title keeps the slug; after a new slug the old one redirects to it. ${OTHERS}`,
    allow: 'staff',
    params: byId,
    body: postChanges,
    status: 200,
    reply: postReply,
    problems: ['slug-taken'],
    example: {
      params: exampleParams,
      body: { title: 'How to brush well' },
      reply: { ...exampleDraft, title: 'How to brush well', version: 2 },
    },
    handle: async ({ actor, params, body, expectedVersion }, { changePost }) =>
      toPostReply(
        await changePost({
          caller: callerOf(actor),
          postId: params.id,
          changes: given(body),
          expectedVersion,
        }),
      ),
  }),
  defineRoute<{ removePost: RemovePost }>()({
    method: 'delete',
    path: '/v1/posts/{id}',
    operationId: 'removePost',
    tag,
    summary: 'Delete a post with its comments and revisions',
    description: `Its slugs are never given to another post. ${OTHERS}`,
    allow: 'staff',
    params: byId,
    precondition: 'honoured',
    status: 204,
    example: { params: exampleParams },
    handle: ({ actor, params, expectedVersion }, { removePost }) =>
      removePost({ caller: callerOf(actor), postId: params.id, expectedVersion }),
  }),
  transition({
    name: 'publish',
    operationId: 'publishPost',
    summary: 'Publish a draft, a scheduled or an archived post',
    description: 'Publishes it now; a post that was published before keeps its date.',
    to: 'published',
    reply: examplePost,
  }),
  defineRoute<{ advancePost: AdvancePost }>()({
    method: 'post',
    path: '/v1/posts/{id}/schedule',
    operationId: 'schedulePost',
    tag,
    summary: 'Publish a draft later',
    description: `From \`publishAt\` on it is published. ${OTHERS}`,
    allow: 'staff',
    params: byId,
    body: z.strictObject({ publishAt: instantIn }),
    precondition: 'required',
    status: 200,
    reply: postReply,
    problems: ['invalid-transition'],
    example: {
      params: exampleParams,
      body: { publishAt: '2026-12-01T08:00:00+01:00' },
      reply: { ...exampleDraft, status: 'scheduled', publishAt: '2026-12-01T07:00:00.000Z', version: 2 },
    },
    handle: async ({ actor, params, body, expectedVersion }, { advancePost }) => {
      const change: PostTransition = { to: 'scheduled', publishAt: body.publishAt };
      return toPostReply(
        await advancePost({
          caller: callerOf(actor),
          postId: params.id,
          transition: change,
          expectedVersion,
        }),
      );
    },
  }),
  transition({
    name: 'unpublish',
    operationId: 'unpublishPost',
    summary: 'Make a scheduled or archived post a draft again',
    description: 'A published post must be archived first.',
    to: 'draft',
    reply: { ...exampleDraft, version: 3 },
  }),
  transition({
    name: 'archive',
    operationId: 'archivePost',
    summary: 'Archive a published post',
    description: 'It can be published again.',
    to: 'archived',
    reply: { ...examplePost, status: 'archived', version: 3 },
  }),
  defineRoute<{ listRevisions: ListRevisions }>()({
    method: 'get',
    path: '/v1/posts/{id}/revisions',
    operationId: 'listRevisions',
    tag,
    summary: 'List the revisions of a post, newest first',
    description: OTHERS,
    allow: 'staff',
    params: byId,
    status: 200,
    items: revisionReply,
    example: { params: exampleParams },
    handle: async ({ actor, params, page }, { listRevisions }) => {
      const { items, next } = await listRevisions({ viewer: viewerOf(actor), postId: params.id, page });
      return { items: items.map(toRevisionReply), next };
    },
  }),
  defineRoute<{ restoreRevision: RestoreRevision }>()({
    method: 'post',
    path: '/v1/posts/{id}/revisions/{n}/restore',
    operationId: 'restoreRevision',
    tag,
    summary: 'Restore a revision of a post',
    description: `Restores title, content and tags as a new revision. Slug and visibility stay as they are. ${OTHERS}`,
    allow: 'staff',
    params: byId.extend({
      n: z
        .string()
        .regex(/^[1-9][0-9]{0,8}$/)
        .transform(Number),
    }),
    precondition: 'honoured',
    status: 200,
    reply: postReply,
    example: { params: { ...exampleParams, n: '1' }, reply: { ...exampleDraft, version: 3 } },
    handle: async ({ actor, params, expectedVersion }, { restoreRevision }) =>
      toPostReply(
        await restoreRevision({
          caller: callerOf(actor),
          postId: params.id,
          number: params.n,
          expectedVersion,
        }),
      ),
  }),
  defineRoute<{ readJournalFeed: ReadJournalFeed }>()({
    method: 'get',
    path: '/v1/feed.atom',
    operationId: 'readJournalFeed',
    tag,
    summary: 'The newest posts as an Atom feed (RFC 4287)',
    description: 'At most twenty public posts.',
    allow: 'anyone',
    status: 200,
    contentType: 'application/atom+xml',
    conditional: true,
    handle: (_request, { readJournalFeed }) => readJournalFeed(),
  }),
];
