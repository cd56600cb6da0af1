import { z } from 'zod';
import { defineRoute } from '../../platform/http/routing/route.js';
import { id } from '../../platform/http/requests/schemas.js';
import type { ListSecurityEvents } from '../application/list-security-events.js';
import { exampleUser } from './examples.js';
import { securityEventView, toSecurityEventView } from './schemas.js';

export const securityEventRoutes = [
  defineRoute<{ listSecurityEvents: ListSecurityEvents }>()({
    method: 'get',
    path: '/v1/me/security-events',
    operationId: 'listOwnSecurityEvents',
    tag: 'security',
    summary: 'List the security events of your account, newest first',
    allow: 'member',
    status: 200,
    items: securityEventView,
    handle: async ({ actor, page }, { listSecurityEvents }) => {
      const { items, next } = await listSecurityEvents({ userId: actor.userId, own: true, page });
      return { items: items.map(toSecurityEventView), next };
    },
  }),
  defineRoute<{ listSecurityEvents: ListSecurityEvents }>()({
    method: 'get',
    path: '/v1/users/{id}/security-events',
    operationId: 'listSecurityEventsOfUser',
    tag: 'security',
    summary: 'List the security events of a user, newest first',
    allow: 'admin',
    params: z.object({ id }),
    status: 200,
    items: securityEventView,
    example: { params: { id: exampleUser.id } },
    handle: async ({ params: { id: userId }, page }, { listSecurityEvents }) => {
      const { items, next } = await listSecurityEvents({ userId, own: false, page });
      return { items: items.map(toSecurityEventView), next };
    },
  }),
];
