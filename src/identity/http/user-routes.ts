import { z } from 'zod';
import type { Clock } from '../../kernel/clock.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import { anyOf, flag, id, trimmedText } from '../../platform/http/requests/schemas.js';
import type { ChangeRole } from '../application/change-role.js';
import type { DisableUser } from '../application/disable-user.js';
import type { EnableUser } from '../application/enable-user.js';
import type { EraseUser } from '../application/erase-user.js';
import type { InviteUser } from '../application/invite-user.js';
import type { ListCards } from '../application/list-cards.js';
import type { ListUsers } from '../application/list-users.js';
import { ROLES } from '../application/ports.js';
import type { RenameUser } from '../application/rename-user.js';
import type { ViewUser } from '../application/view-user.js';
import { exampleUser } from './examples.js';
import { cardView, email, fullName, toCardView, toUserView, userView } from './schemas.js';

const params = z.object({ id });
const exampleParams = { id: exampleUser.id };
const role = z.enum(ROLES);

export const userRoutes = [
  defineRoute<{ listUsers: ListUsers }>()({
    method: 'get',
    path: '/v1/users',
    operationId: 'listUsers',
    tag: 'users',
    summary: 'List users, newest first',
    allow: 'staff',
    query: z.object({
      q: trimmedText({ min: 1, max: 254 })
        .optional()
        .meta({ description: 'A prefix of the full name or the address, case-insensitive.' }),
      role: anyOf(ROLES).optional(),
      disabled: flag.optional(),
    }),
    status: 200,
    items: userView,
    example: { query: { q: 'ana', role: 'member,staff' } },
    handle: async ({ query: { q, role: roles, disabled }, page }, { listUsers }) => {
      const { items, next } = await listUsers({ filter: { prefix: q, roles, disabled }, page });
      return { items: items.map(toUserView), next };
    },
  }),
  defineRoute<{ inviteUser: InviteUser }>()({
    method: 'post',
    path: '/v1/users',
    operationId: 'inviteUser',
    tag: 'users',
    summary: 'Create and invite a user',
    description:
      'The user receives a mail with a token to set the first password within seven days, which also verifies the address. Staff can create members, admins users of any role.',
    allow: 'staff',
    body: z.strictObject({ email, fullName, role: role.default('member') }),
    status: 201,
    reply: userView,
    location: (user) => `/v1/users/${user.id}`,
    problems: ['email-taken'],
    example: {
      body: { email: 'ana@example.org', fullName: 'Ana Lind' },
      reply: { ...exampleUser, emailVerified: false },
    },
    handle: async ({ actor, body, client }, { inviteUser }) =>
      toUserView(await inviteUser({ actor, ...body, client })),
  }),
  defineRoute<{ viewUser: ViewUser }>()({
    method: 'get',
    path: '/v1/users/{id}',
    operationId: 'getUser',
    tag: 'users',
    summary: 'Read a user',
    allow: 'staff',
    params,
    status: 200,
    reply: userView,
    example: { params: exampleParams, reply: exampleUser },
    handle: async ({ params: { id: userId } }, { viewUser }) => toUserView(await viewUser({ userId })),
  }),
  defineRoute<{ renameUser: RenameUser }>()({
    method: 'patch',
    path: '/v1/users/{id}',
    operationId: 'renameUser',
    tag: 'users',
    summary: 'Change the name of a user',
    description: 'Staff can change the names of members, admins those of all users.',
    allow: 'staff',
    params,
    body: z.strictObject({ fullName }),
    status: 200,
    reply: userView,
    example: {
      params: exampleParams,
      body: { fullName: 'Ana Maria Lind' },
      reply: { ...exampleUser, fullName: 'Ana Maria Lind', version: 2 },
    },
    handle: async ({ actor, params: { id: userId }, body, expectedVersion }, { renameUser }) =>
      toUserView(await renameUser({ actor, userId, ...body, expectedVersion })),
  }),
  defineRoute<{ listCards: ListCards; clock: Clock }>()({
    method: 'get',
    path: '/v1/users/{id}/cards',
    operationId: 'listCardsOfUser',
    tag: 'users',
    summary: 'List the saved cards of a user, newest first',
    allow: 'staff',
    params,
    status: 200,
    items: cardView,
    example: { params: exampleParams },
    handle: async ({ actor, params: { id: userId }, page }, { listCards, clock }) => {
      const { items, next } = await listCards({ actorId: actor.userId, userId, page });
      return { items: items.map((card) => toCardView(card, clock.now())), next };
    },
  }),
  defineRoute<{ changeRole: ChangeRole }>()({
    method: 'put',
    path: '/v1/users/{id}/role',
    operationId: 'changeRole',
    tag: 'users',
    summary: 'Give a user another role',
    description: 'The role is effective from the next request of the user on; the sessions stay.',
    allow: 'admin',
    params,
    body: z.strictObject({ role }),
    status: 200,
    reply: userView,
    problems: ['last-admin'],
    example: {
      params: exampleParams,
      body: { role: 'staff' },
      reply: { ...exampleUser, role: 'staff', version: 2 },
    },
    handle: async ({ actor, params: { id: userId }, body, expectedVersion, client }, { changeRole }) =>
      toUserView(await changeRole({ actorId: actor.userId, userId, ...body, expectedVersion, client })),
  }),
  defineRoute<{ disableUser: DisableUser }>()({
    method: 'post',
    path: '/v1/users/{id}/disable',
    operationId: 'disableUser',
    tag: 'users',
    summary: 'Disable a user',
    description: 'Ends all sessions of the user. Has no effect on a user who is disabled already.',
    allow: 'admin',
    params,
    precondition: 'honoured',
    status: 200,
    reply: userView,
    problems: ['last-admin'],
    example: { params: exampleParams, reply: { ...exampleUser, disabled: true, version: 2 } },
    handle: async ({ actor, params: { id: userId }, expectedVersion, client }, { disableUser }) =>
      toUserView(await disableUser({ actorId: actor.userId, userId, expectedVersion, client })),
  }),
  defineRoute<{ enableUser: EnableUser }>()({
    method: 'post',
    path: '/v1/users/{id}/enable',
    operationId: 'enableUser',
    tag: 'users',
    summary: 'Enable a disabled user',
    allow: 'admin',
    params,
    precondition: 'honoured',
    status: 200,
    reply: userView,
    example: { params: exampleParams, reply: { ...exampleUser, version: 3 } },
    handle: async ({ actor, params: { id: userId }, expectedVersion, client }, { enableUser }) =>
      toUserView(await enableUser({ actorId: actor.userId, userId, expectedVersion, client })),
  }),
  defineRoute<{ eraseUser: EraseUser }>()({
    method: 'delete',
    path: '/v1/users/{id}',
    operationId: 'eraseUser',
    tag: 'users',
    summary: 'Delete the account of a user',
    description:
      'Deletes name, address, cards and sessions for good. Orders and ledger entries stay without personal data.',
    allow: 'admin',
    params,
    precondition: 'honoured',
    status: 204,
    problems: ['last-admin'],
    example: { params: exampleParams },
    handle: ({ actor, params: { id: userId }, expectedVersion, client }, { eraseUser }) =>
      eraseUser({ actorId: actor.userId, userId, expectedVersion, client }),
  }),
];
