import { cardRoutes } from './card-routes.js';
import { profileRoutes } from './profile-routes.js';
import { registrationRoutes } from './registration-routes.js';
import { securityEventRoutes } from './security-event-routes.js';
import { sessionRoutes } from './session-routes.js';
import { userRoutes } from './user-routes.js';

export const identityRoutes = [
  ...registrationRoutes,
  ...sessionRoutes,
  ...profileRoutes,
  ...cardRoutes,
  ...userRoutes,
  ...securityEventRoutes,
];
