import { z } from 'zod';
import { defineRoute } from '../../platform/http/routing/route.js';
import type { ConfirmEmailChange } from '../application/confirm-email-change.js';
import type { ChangeName } from '../application/change-name.js';
import type { ChangePassword } from '../application/change-password.js';
import type { EraseUser } from '../application/erase-user.js';
import type { RequestEmailChange } from '../application/request-email-change.js';
import type { ViewProfile } from '../application/view-profile.js';
import { examplePassword, exampleToken, exampleUser } from './examples.js';
import { sourceLimits, userLimit } from './limits.js';
import { email, fullName, newPassword, password, token, toUserView, userView } from './schemas.js';

export const profileRoutes = [
  defineRoute<{ viewProfile: ViewProfile }>()({
    method: 'get',
    path: '/v1/me',
    operationId: 'getProfile',
    tag: 'profile',
    summary: 'Read your account',
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
    limits: userLimit('password-changes'),
    example: { body: { currentPassword: examplePassword, newPassword: 'another-horse-battery' } },
    handle: ({ actor, body, client }, { changePassword }) =>
      changePassword({ userId: actor.userId, sessionId: actor.sessionId, ...body, client }),
  }),
  defineRoute<{ eraseUser: EraseUser }>()({
    method: 'delete',
    path: '/v1/me',
    operationId: 'eraseProfile',
    tag: 'profile',
    summary: 'Delete your account',
    description:
      'Deletes name, address, cards and sessions for good. Orders and ledger entries stay without personal data. The last active admin has to appoint another admin first.',
    allow: 'member',
    precondition: 'honoured',
    status: 204,
    problems: ['last-admin'],
    handle: ({ actor, expectedVersion, client }, { eraseUser }) =>
      eraseUser({ actorId: actor.userId, userId: actor.userId, expectedVersion, client }),
  }),
  defineRoute<{ requestEmailChange: RequestEmailChange }>()({
    method: 'post',
    path: '/v1/me/email-changes',
    operationId: 'requestEmailChange',
    tag: 'profile',
    summary: 'Request a change of the e-mail address',
    description:
      'The new address receives a mail with a token to confirm it within 24 hours; the old address receives a notice. The response is the same whether or not the new address has an account.',
    allow: 'member',
    body: z.strictObject({ newEmail: email, password }),
    status: 202,
    problems: ['invalid-credentials'],
    limits: [...sourceLimits('email-changes'), ...userLimit('email-changes')],
    example: { body: { newEmail: 'ana.lind@example.org', password: examplePassword } },
    handle: ({ actor, body, client }, { requestEmailChange }) =>
      requestEmailChange({ userId: actor.userId, ...body, client }),
  }),
  defineRoute<{ confirmEmailChange: ConfirmEmailChange }>()({
    method: 'post',
    path: '/v1/me/email-changes/confirm',
    operationId: 'confirmEmailChange',
    tag: 'profile',
    summary: 'Change the e-mail address with the token from the mail',
    description: 'Ends other pending changes, and the password resets that were mailed to the old address.',
    allow: 'member',
    body: z.strictObject({ token }),
    status: 200,
    reply: userView,
    problems: ['token-used', 'token-expired', 'email-taken'],
    limits: userLimit('email-change-confirmations'),
    example: {
      body: { token: exampleToken },
      reply: { ...exampleUser, email: 'ana.lind@example.org', version: 2 },
    },
    handle: async ({ actor, body, client }, { confirmEmailChange }) =>
      toUserView(await confirmEmailChange({ userId: actor.userId, ...body, client })),
  }),
];
