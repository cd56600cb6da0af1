import type { Clock } from '../../kernel/clock.js';
import { unauthenticated } from '../domain/errors.js';
import type { AccessTokens, Actor, SessionQueries } from './ports.js';

/**
 * Returns the user of an access token. Reads the session at every call, without a cache: once a revocation has
 * committed, the next call is 401 `unauthenticated`.
 */
export type Authenticate = (accessToken: string) => Promise<Actor>;

type Dependencies = Readonly<{ accessTokens: AccessTokens; sessionQueries: SessionQueries; clock: Clock }>;

export const makeAuthenticate =
  ({ accessTokens, sessionQueries, clock }: Dependencies): Authenticate =>
  async (accessToken) => {
    const subject = await accessTokens.read(accessToken);
    const actor = subject && (await sessionQueries.actor(subject, clock.now()));
    if (actor === undefined) throw unauthenticated();
    return actor;
  };
