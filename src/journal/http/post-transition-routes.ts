import { z } from 'zod';
import { defineRoute, type Route } from '../../platform/http/routing/route.js';
import { instantIn } from '../../platform/http/requests/schemas.js';
import type { AdvancePost, PostTransition } from '../application/advance-post.js';
import { exampleDraft, examplePost } from './examples.js';
import { exampleParams, OTHERS, tag } from './post-route-parts.js';
import { byId, callerOf, postReply, toPostReply } from './schemas.js';

type Transition = Readonly<{
  name: string;
  operationId: string;
  summary: string;
  description: string;
  to: 'published' | 'draft' | 'archived';
  reply: object;
}>;

const transition = ({
  name,
  operationId,
  summary,
  description,
  to,
  reply,
}: Transition): Route<{ advancePost: AdvancePost }> =>
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

export const postTransitionRoutes = [
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
];
