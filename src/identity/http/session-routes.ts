import { z } from 'zod';
import { id } from '../../platform/http/requests/schemas.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import type { EndOtherSessions } from '../application/end-other-sessions.js';
import type { EndSession } from '../application/end-session.js';
import type { ListSessions } from '../application/list-sessions.js';
import type { RefreshSession } from '../application/refresh-session.js';
import type { SignIn } from '../application/sign-in.js';
import { examplePassword, exampleSignedIn } from './examples.js';
import { email, password, sessionView, signedInView, toSessionView, toSignedInView } from './schemas.js';

const sessionId = z.union([z.literal('current'), id]).meta({
  openapi: {
    type: 'string',
    anyOf: [{ const: 'current' }, { format: 'uuid' }],
    description: '`current` is the session that the request belongs to.',
  },
});

export const sessionRoutes = [
  defineRoute<{ signIn: SignIn }>()({
    method: 'post',
    path: '/v1/sessions',
    operationId: 'signIn',
    tag: 'sessions',
    summary: 'Sign in',
    description:
      'All failures give the same 401 after the same time. Failures are counted by address and origin together.',
    allow: 'anyone',
    body: z.strictObject({ email, password }),
    status: 201,
    reply: signedInView,
    secret: true,
    location: () => '/v1/sessions/current',
    problems: ['invalid-credentials'],
    example: { body: { email: 'ana@example.org', password: examplePassword }, reply: exampleSignedIn },
    handle: async ({ body, client }, { signIn }) => toSignedInView(await signIn({ ...body, client })),
  }),
  defineRoute<{ refreshSession: RefreshSession }>()({
    method: 'post',
    path: '/v1/sessions/refresh',
    operationId: 'refreshSession',
    tag: 'sessions',
    summary: 'Exchange the refresh token for its successor',
    description:
      'A refresh token works once. If it is sent again within ten seconds, the response contains the same successor, unless the successor was used. Any other reuse ends the session (RFC 9700 §4.14.2).',
    allow: 'anyone',
    body: z.strictObject({ refreshToken: z.string().min(1).max(2048) }),
    status: 200,
    reply: signedInView,
    secret: true,
    problems: ['unauthenticated', 'refresh-reused'],
    example: { body: { refreshToken: exampleSignedIn.refreshToken }, reply: exampleSignedIn },
    handle: async ({ body, client }, { refreshSession }) =>
      toSignedInView(await refreshSession({ ...body, client })),
  }),
  defineRoute<{ listSessions: ListSessions }>()({
    method: 'get',
    path: '/v1/sessions',
    operationId: 'listSessions',
    tag: 'sessions',
    summary: 'List your live sessions, newest first',
    allow: 'member',
    status: 200,
    items: sessionView,
    handle: async ({ actor, page }, { listSessions }) => {
      const { items, next } = await listSessions({
        userId: actor.userId,
        currentSessionId: actor.sessionId,
        page,
      });
      return { items: items.map(toSessionView), next };
    },
  }),
  defineRoute<{ endOtherSessions: EndOtherSessions }>()({
    method: 'delete',
    path: '/v1/sessions',
    operationId: 'endOtherSessions',
    tag: 'sessions',
    summary: 'End all your other sessions',
    allow: 'member',
    status: 204,
    handle: ({ actor, client }, { endOtherSessions }) =>
      endOtherSessions({ userId: actor.userId, keepSessionId: actor.sessionId, client }),
  }),
  defineRoute<{ endSession: EndSession }>()({
    method: 'delete',
    path: '/v1/sessions/{id}',
    operationId: 'endSession',
    tag: 'sessions',
    summary: 'End one of your sessions, or sign out',
    description: 'Once the response is sent, the access tokens of the session are refused.',
    allow: 'member',
    params: z.object({ id: sessionId }),
    status: 204,
    example: { params: { id: 'current' } },
    handle: ({ actor, params, client }, { endSession }) =>
      endSession({
        userId: actor.userId,
        sessionId: params.id === 'current' ? actor.sessionId : params.id,
        client,
      }),
  }),
];
