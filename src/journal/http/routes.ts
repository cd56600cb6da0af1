import { commentRoutes } from './comment-routes.js';
import { feedRoutes } from './feed-routes.js';
import { postRoutes } from './post-routes.js';
import { postTransitionRoutes } from './post-transition-routes.js';
import { revisionRoutes } from './revision-routes.js';

export const journalRoutes = [
  ...postRoutes,
  ...postTransitionRoutes,
  ...revisionRoutes,
  ...feedRoutes,
  ...commentRoutes,
];
