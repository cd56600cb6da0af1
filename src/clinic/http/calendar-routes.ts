import { z } from 'zod';
import { defineRoute } from '../../platform/http/routing/route.js';
import { idOut } from '../../platform/http/requests/schemas.js';
import type { CloseFeed } from '../application/close-calendar-feed.js';
import type { OpenFeed } from '../application/open-calendar-feed.js';
import type { ReadFeed } from '../application/read-calendar-feed.js';
import { ids } from './examples.js';
import { byId, callerOf } from './schemas.js';

const tag = 'calendars';
const exampleToken = 'R2l2ZSBtZSBhIGNhbGVuZGFyIHdpdGggbXkgdmlzaXR';

export const calendarRoutes = [
  defineRoute<{ openFeed: OpenFeed }>()({
    method: 'post',
    path: '/v1/calendar-feeds',
    operationId: 'openFeed',
    tag,
    summary: 'Create a calendar feed',
    description:
      'The response contains the URL of the feed this once. Everyone with the URL can read the times of the appointments, and nothing else about them. The feed of a member or doctor contains the own appointments, that of other staff all appointments.',
    allow: 'member',
    status: 201,
    reply: z.object({ id: idOut, url: z.url() }).meta({ id: 'CalendarFeed' }),
    location: ({ id }) => `/v1/calendar-feeds/${id}`,
    secret: true,
    example: { reply: { id: ids.feed, url: `https://praxis.example/v1/calendars/${exampleToken}.ics` } },
    handle: ({ actor }, { openFeed }) => openFeed({ caller: callerOf(actor) }),
  }),
  defineRoute<{ closeFeed: CloseFeed }>()({
    method: 'delete',
    path: '/v1/calendar-feeds/{id}',
    operationId: 'closeFeed',
    tag,
    summary: 'Delete a calendar feed',
    allow: 'member',
    params: byId,
    status: 204,
    example: { params: { id: ids.feed } },
    handle: ({ actor, params: { id: feedId } }, { closeFeed }) =>
      closeFeed({ caller: callerOf(actor), feedId }),
  }),
  defineRoute<{ readFeed: ReadFeed }>()({
    method: 'get',
    path: '/v1/calendars/{token}.ics',
    operationId: 'readFeed',
    tag,
    summary: 'Read a calendar (RFC 5545)',
    description: 'For calendar programs: the secret in the URL authorizes the request.',
    allow: 'anyone',
    params: z.object({ token: z.string().regex(/^[\w-]{43}$/) }),
    status: 200,
    contentType: 'text/calendar',
    fileName: 'appointments.ics',
    example: { params: { token: exampleToken } },
    handle: ({ params: { token } }, { readFeed }) => readFeed({ token }),
  }),
];
