import { z } from 'zod';
import { replyOf } from '../../platform/http/replies/reply-of.js';
import { given } from '../../platform/http/requests/given.js';
import { defineRoute, movedTo } from '../../platform/http/routing/route.js';
import { anyOf, id, trimmedText } from '../../platform/http/requests/schemas.js';
import type { ChangePost } from '../application/change-post.js';
import { POST_STATUSES } from '../application/domain-types.js';
import type { ListPosts } from '../application/list-posts.js';
import type { ViewPost } from '../application/view-post.js';
import type { RemovePost } from '../application/remove-post.js';
import type { WritePost } from '../application/write-post.js';
import { exampleComment, exampleDraft, examplePost } from './examples.js';
import { exampleParams, OTHERS, tag } from './post-route-parts.js';
import {
  byId,
  byIdOrSlug,
  callerOf,
  include,
  keyOf,
  postChanges,
  postIn,
  postReply,
  tag as tagIn,
  toPostReply,
  viewerOf,
} from './schemas.js';

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
];
