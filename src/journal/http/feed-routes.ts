import { defineRoute } from '../../platform/http/routing/route.js';
import type { ReadJournalFeed } from '../application/read-journal-feed.js';
import { tag } from './post-route-parts.js';

export const feedRoutes = [
  defineRoute<{ readJournalFeed: ReadJournalFeed }>()({
    method: 'get',
    path: '/v1/feed.atom',
    operationId: 'readJournalFeed',
    tag,
    summary: 'The newest posts as an Atom feed (RFC 4287)',
    description: 'At most twenty public posts.',
    allow: 'anyone',
    status: 200,
    contentType: 'application/atom+xml',
    conditional: true,
    handle: (_request, { readJournalFeed }) => readJournalFeed(),
  }),
];
