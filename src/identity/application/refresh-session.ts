import type { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { refreshReused, unauthenticated } from '../domain/errors.js';
import { securityEvent } from '../domain/security-event.js';
import { endSession, judgeRefresh, rotateSession } from '../domain/session.js';
import { maySignIn } from '../domain/user.js';
import type { AccessTokens, Client, IdentityPorts, RefreshToken, RefreshTokens } from './ports.js';
import type { SignedIn } from './sign-in.js';

/**
 * Exchanges a refresh token for the next one and a new access token (RFC 9700 §4.14.2). A token that comes again within
 * 10 s, while its child is unused, gets the same child. Any other reuse ends the session: 401 `refresh-reused`.
 * 401 `unauthenticated` for a token that this server did not issue, an ended session or a disabled user.
 */
export type RefreshSession = (
  command: Readonly<{ refreshToken: string; client: Client }>,
) => Promise<SignedIn>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  refreshTokens: RefreshTokens;
  accessTokens: AccessTokens;
  clock: Clock;
}>;

export const makeRefreshSession = ({
  identityUnitOfWork,
  refreshTokens,
  accessTokens,
  clock,
}: Dependencies): RefreshSession => {
  /** Rotates the token under the session's lock. */
  const exchange = (presented: RefreshToken, now: Date): Promise<SignedIn> =>
    identityUnitOfWork.run(async ({ users, sessions }) => {
      const session = await sessions.lock(presented.sessionId);
      if (session === undefined) throw unauthenticated();
      const verdict = judgeRefresh(session, presented, now);
      if (verdict === 'reused') throw refreshReused();
      const user = await users.find(session.userId);
      if (verdict === 'refused' || user === undefined || !maySignIn(user)) throw unauthenticated();

      const nonce = verdict === 'repeat' && session.nonce !== null ? session.nonce : refreshTokens.newNonce();
      const child = refreshTokens.child(presented, nonce);
      if (verdict === 'rotate')
        await sessions.save(rotateSession(session, { tokenHash: child.hash, nonce }, now));
      return {
        accessToken: await accessTokens.mint({ userId: user.id, sessionId: session.id }),
        expiresInSeconds: accessTokens.lifeSeconds,
        refreshToken: child.text,
        sessionId: session.id,
        user,
      };
    });

  /** Ends the session in a transaction of its own, because that must persist although the call fails. */
  const endReused = (sessionId: string, client: Client, now: Date) =>
    identityUnitOfWork.runInNewTransaction(async ({ sessions, securityLog }) => {
      const session = await sessions.lock(sessionId);
      if (session?.endedAt !== null) return;
      await sessions.save(endSession(session, 'refresh-reused', now));
      const about = { userId: session.userId, actorId: null, client };
      await securityLog.append(securityEvent('refresh-reused', about, now));
    });

  return async ({ refreshToken, client }) => {
    const presented = refreshTokens.read(refreshToken);
    if (presented === undefined) throw unauthenticated();
    // Read before waiting for the lock: the time of arrival decides whether a retry is in time.
    const now = clock.now();
    try {
      return await exchange(presented, now);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'refresh-reused')
        await endReused(presented.sessionId, client, now);
      throw error;
    }
  };
};
