import type { Context } from 'koa';
import { DomainError } from '../../../kernel/errors.js';
import type { Access, Principal, Route } from './route.js';

/** Resolves an access token to its current holder; throws `unauthenticated`. Identity provides it. */
export type Authenticate = (accessToken: string) => Promise<Principal>;

const RANK: Readonly<Record<Principal['role'], number>> = { member: 1, staff: 2, admin: 3 };
const LEAST_RANK: Readonly<Record<Access, number>> = { anyone: 0, member: 1, staff: 2, admin: 3 };

const unauthenticated = (detail: string) => new DomainError('unauthenticated', 'unauthenticated', detail);

/** `Authorization: Bearer <token>` (RFC 6750 §2.1); the scheme's case does not matter (RFC 9110 §11.1). */
function bearerToken(header: string): string | undefined {
  if (header === '') return undefined;
  const token = /^bearer +([\w.~+/-]+=*) *$/i.exec(header)?.[1];
  if (token === undefined) throw unauthenticated('The Authorization header holds no bearer token.');
  return token;
}

/**
 * Authenticates the caller and checks the role that the route requires. Returns null on an `anyone` route without a token
 * or without `identifies`; a token that is sent to a route with `identifies` must be valid.
 */
export async function authorize(
  context: Context,
  route: Pick<Route, 'allow' | 'identify'>,
  authenticate: Authenticate,
): Promise<Principal | null> {
  if (route.allow === 'anyone' && route.identify !== true) return null;
  const token = bearerToken(context.get('authorization'));
  if (token === undefined && route.allow === 'anyone') return null;
  if (token === undefined) throw unauthenticated('Sign in and send the access token as a bearer token.');
  const actor = await authenticate(token);
  if (RANK[actor.role] < LEAST_RANK[route.allow])
    throw new DomainError('forbidden', 'forbidden', 'Your role does not allow this.');
  return actor;
}
