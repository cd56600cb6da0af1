import type { Route } from '../../platform/http/routing/route.js';
import { commentRoutes } from './comment-routes.js';
import { postRoutes } from './post-routes.js';

export const journalRoutes: readonly Route[] = [...postRoutes, ...commentRoutes];
