import { z } from 'zod';
import { defineRoute } from '../../platform/http/route.js';
import type { ChangeName } from '../application/change-name.js';
import type { ChangePassword } from '../application/change-password.js';
import type { ViewProfile } from '../application/view-profile.js';
import { examplePassword, exampleUser } from './examples.js';
import { fullName, newPassword, password, toUserView, userView } from './schemas.js';

export const profileRoutes = [
  defineRoute<{ viewProfile: ViewProfile }>()({
    method: 'get',
    path: '/v1/me',
    operationId: 'getProfile',
    tag: 'profile',
    summary: 'Who am I?',
    allow: 'member',
    status: 200,
    reply: userView,
    example: { reply: exampleUser },
    handle: async ({ actor }, { viewProfile }) => toUserView(await viewProfile({ userId: actor.userId })),
  }),
  defineRoute<{ changeName: ChangeName }>()({
    method: 'patch',
    path: '/v1/me',
    operationId: 'changeProfile',
    tag: 'profile',
    summary: 'Change your name',
    allow: 'member',
    body: z.strictObject({ fullName }),
    status: 200,
    reply: userView,
    example: {
      body: { fullName: 'Ana Maria Lind' },
      reply: { ...exampleUser, fullName: 'Ana Maria Lind', version: 2 },
    },
    handle: async ({ actor, body, expectedVersion }, { changeName }) =>
      toUserView(
        await changeName({ userId: actor.userId, ...body, expectedVersion: expectedVersion ?? null }),
      ),
  }),
  defineRoute<{ changePassword: ChangePassword }>()({
    method: 'put',
    path: '/v1/me/password',
    operationId: 'changePassword',
    tag: 'profile',
    summary: 'Change your password',
    description: 'Ends your other sessions in the same transaction.',
    allow: 'member',
    body: z.strictObject({ currentPassword: password, newPassword }),
    precondition: 'none',
    status: 204,
    problems: ['invalid-credentials'],
    example: { body: { currentPassword: examplePassword, newPassword: 'another-horse-battery' } },
    handle: ({ actor, body, client }, { changePassword }) =>
      changePassword({ userId: actor.userId, sessionId: actor.sessionId, ...body, client }),
  }),
];
