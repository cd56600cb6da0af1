import { z } from 'zod';
import { defineRoute } from '../../platform/http/routing/route.js';
import type { ListRevisions } from '../application/list-revisions.js';
import type { RestoreRevision } from '../application/restore-revision.js';
import { exampleDraft } from './examples.js';
import { exampleParams, OTHERS, tag } from './post-route-parts.js';
import {
  byId,
  callerOf,
  postReply,
  revisionReply,
  toPostReply,
  toRevisionReply,
  viewerOf,
} from './schemas.js';

export const revisionRoutes = [
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
];
