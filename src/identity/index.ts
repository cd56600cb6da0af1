// The public API of the context, for other contexts and for the authentication of the HTTP layer.
export type { Authenticate } from './application/authenticate.js';
export type { CardVault, ChargeableCard, Directory, UserMailer, Person } from './application/public-api.js';
export type { Actor } from './application/ports.js';
export type { Role } from './domain/user.js';
