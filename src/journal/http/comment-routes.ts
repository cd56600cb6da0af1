import { z } from 'zod';
import { defineRoute, type Route, type RouteLimit } from '../../platform/http/routing/route.js';
import { anyOf, id } from '../../platform/http/requests/schemas.js';
import type { AddComment } from '../application/add-comment.js';
import type { ChangeComment } from '../application/change-comment.js';
import type { RemoveComment } from '../application/remove-comment.js';
import type { ModerateComment } from '../application/moderate-comment.js';
import { COMMENT_STATUSES } from '../application/domain-types.js';
import type { ListCommentQueue } from '../application/list-comment-queue.js';
import type { ListComments } from '../application/list-comments.js';
import type { ViewComment } from '../application/view-comment.js';
import type { ReportComment } from '../application/report-comment.js';
import { exampleComment, examplePending, ids } from './examples.js';
import {
  byId,
  callerOf,
  commentChanges,
  commentIn,
  commentReply,
  queuedReply,
  reportIn,
  toCommentReply,
  toQueuedReply,
  viewerOf,
} from './schemas.js';

const tag = 'comments';
const exampleParams = { id: ids.comment };

/** Limits rendering, which happens before any other check of the text. */
const RENDERING: RouteLimit = {
  policy: { name: 'comment-text', points: 60, windowSeconds: 600 },
  by: 'user',
};

const moderation = (
  name: string,
  operationId: string,
  to: 'approved' | 'hidden' | 'spam',
  [summary, description]: readonly [string, string],
): Route<{ moderateComment: ModerateComment }> =>
  defineRoute<{ moderateComment: ModerateComment }>()({
    method: 'post',
    path: `/v1/comments/{id}/${name}`,
    operationId,
    tag,
    summary,
    description,
    allow: 'staff',
    params: byId,
    precondition: 'honoured',
    status: 200,
    reply: commentReply,
    problems: ['invalid-transition'],
    example: { params: exampleParams, reply: { ...exampleComment, status: to, version: 2 } },
    handle: async ({ params, expectedVersion }, { moderateComment }) =>
      toCommentReply(await moderateComment({ commentId: params.id, to, expectedVersion })),
  });

export const commentRoutes = [
  defineRoute<{ listComments: ListComments }>()({
    method: 'get',
    path: '/v1/posts/{id}/comments',
    operationId: 'listComments',
    tag,
    summary: 'List the comments of a post, oldest first',
    description:
      'Approved comments. A reply names its `parentId`, which comes before it. A deleted comment with replies stays in the list, without its text.',
    allow: 'anyone',
    identify: true,
    params: byId,
    status: 200,
    items: commentReply,
    example: { params: { id: ids.post } },
    handle: async ({ actor, params, page }, { listComments }) => {
      const { items, next } = await listComments({ viewer: viewerOf(actor), postId: params.id, page });
      return { items: items.map(toCommentReply), next };
    },
  }),
  defineRoute<{ addComment: AddComment }>()({
    method: 'post',
    path: '/v1/posts/{id}/comments',
    operationId: 'addComment',
    tag,
    summary: 'Comment on a post, or reply to a comment',
    description:
      'Needs a confirmed address. The first comment of a member is pending until it is approved; later ones are published at once unless they have more than two links. At most ten comments in ten minutes.',
    allow: 'member',
    limits: [RENDERING],
    params: byId,
    body: commentIn,
    status: 201,
    reply: commentReply,
    location: ({ id: commentId }) => `/v1/comments/${commentId}`,
    problems: ['forbidden', 'comments-closed', 'duplicate-comment', 'invalid-parent'],
    example: {
      params: { id: ids.post },
      body: { comment: exampleComment.comment },
      reply: examplePending,
    },
    handle: async ({ actor, params, body }, { addComment }) =>
      toCommentReply(
        await addComment({
          caller: callerOf(actor),
          postId: params.id,
          parentId: body.parentId,
          text: body.comment,
        }),
      ),
  }),
  defineRoute<{ listCommentQueue: ListCommentQueue }>()({
    method: 'get',
    path: '/v1/comments',
    operationId: 'listCommentQueue',
    tag,
    summary: 'List comments for moderation, oldest first',
    allow: 'staff',
    query: z.object({
      status: anyOf(COMMENT_STATUSES).optional().meta({ description: 'Without it: `pending`' }),
      postId: id.optional(),
    }),
    status: 200,
    items: queuedReply,
    example: { query: { status: 'pending,spam' } },
    handle: async ({ query, page }, { listCommentQueue }) => {
      const { status = ['pending'], postId } = query;
      const { items, next } = await listCommentQueue({ statuses: status, postId, page });
      return { items: items.map(toQueuedReply), next };
    },
  }),
  defineRoute<{ viewComment: ViewComment }>()({
    method: 'get',
    path: '/v1/comments/{id}',
    operationId: 'getComment',
    tag,
    summary: 'One comment',
    description:
      'An approved comment of a post that you can read. Authors also get their own comments in other states, staff all of them.',
    allow: 'anyone',
    identify: true,
    params: byId,
    status: 200,
    reply: commentReply,
    example: { params: exampleParams, reply: exampleComment },
    handle: async ({ actor, params }, { viewComment }) =>
      toCommentReply(await viewComment({ viewer: viewerOf(actor), commentId: params.id })),
  }),
  defineRoute<{ changeComment: ChangeComment }>()({
    method: 'patch',
    path: '/v1/comments/{id}',
    operationId: 'changeComment',
    tag,
    summary: 'Change a comment',
    description:
      'Allowed to its author for 15 minutes, to staff always. With more than two links it is pending again.',
    allow: 'member',
    limits: [RENDERING],
    params: byId,
    body: commentChanges,
    status: 200,
    reply: commentReply,
    problems: ['edit-window-closed', 'duplicate-comment'],
    example: {
      params: exampleParams,
      body: { comment: exampleComment.comment },
      reply: { ...exampleComment, editedAt: exampleComment.createdAt, version: 2 },
    },
    handle: async ({ actor, params, body, expectedVersion }, { changeComment }) =>
      toCommentReply(
        await changeComment({
          caller: callerOf(actor),
          commentId: params.id,
          text: body.comment,
          expectedVersion,
        }),
      ),
  }),
  defineRoute<{ removeComment: RemoveComment }>()({
    method: 'delete',
    path: '/v1/comments/{id}',
    operationId: 'removeComment',
    tag,
    summary: 'Delete a comment',
    description: 'Allowed to its author for 15 minutes, to staff always. Erases the text.',
    allow: 'member',
    params: byId,
    precondition: 'honoured',
    status: 204,
    problems: ['edit-window-closed'],
    example: { params: exampleParams },
    handle: ({ actor, params, expectedVersion }, { removeComment }) =>
      removeComment({ caller: callerOf(actor), commentId: params.id, expectedVersion }),
  }),
  defineRoute<{ reportComment: ReportComment }>()({
    method: 'post',
    path: '/v1/comments/{id}/report',
    operationId: 'reportComment',
    tag,
    summary: 'Report a comment to the moderators',
    description: 'Each member counts once; the third report sets the comment back to pending.',
    allow: 'member',
    params: byId,
    body: reportIn,
    bodyOptional: true,
    status: 200,
    reply: commentReply,
    example: { params: exampleParams, body: { reason: 'Advertising' }, reply: exampleComment },
    handle: async ({ actor, params, body }, { reportComment }) =>
      toCommentReply(
        await reportComment({ caller: callerOf(actor), commentId: params.id, reason: body.reason }),
      ),
  }),
  moderation('approve', 'approveComment', 'approved', [
    'Approve a pending, hidden or spam comment',
    'Makes its author trusted, mails the author on the first approval, and closes the reports.',
  ]),
  moderation('hide', 'hideComment', 'hidden', [
    'Hide an approved comment',
    'Its replies are hidden with it.',
  ]),
  moderation('spam', 'markCommentAsSpam', 'spam', [
    'Mark a pending comment as spam',
    'Its author is no longer trusted.',
  ]),
];
