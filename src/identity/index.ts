// The door: what other contexts, and the HTTP layer's authentication, may use.
export type { Authenticate } from './application/authenticate.js';
export type { Actor } from './application/ports.js';
export type { Role } from './domain/user.js';
