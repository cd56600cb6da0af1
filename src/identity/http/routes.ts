import type { Route } from '../../platform/http/route.js';
import { profileRoutes } from './profile-routes.js';
import { registrationRoutes } from './registration-routes.js';
import { sessionRoutes } from './session-routes.js';

export const identityRoutes: readonly Route[] = [...registrationRoutes, ...sessionRoutes, ...profileRoutes];
