import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { canonicalEmail } from '../domain/email-address.js';
import { invalidCredentials } from '../domain/errors.js';
import { ownEvent, securityEvent } from '../domain/security-event.js';
import { newSession } from '../domain/session.js';
import { maySignIn, rehashPassword, type User } from '../domain/user.js';
import type {
  AccessTokens,
  Client,
  HashRequester,
  IdentityPorts,
  Passwords,
  RefreshTokens,
  SignInThrottle,
  UserQueries,
} from './ports.js';
import { throttled } from './throttled.js';

export type SignedIn = Readonly<{
  accessToken: string;
  expiresInSeconds: number;
  refreshToken: string;
  sessionId: string;
  user: User;
}>;

/**
 * Starts a session. An unknown address, a wrong password, and a user who is unverified, disabled or without a password all
 * give 401 `invalid-credentials` after the same work (OWASP Authentication Cheat Sheet). 429 `rate-limited`, 503 `unavailable`.
 */
export type SignIn = (
  command: Readonly<{ email: string; password: string; client: Client }>,
) => Promise<SignedIn>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  userQueries: UserQueries;
  passwords: Passwords;
  refreshTokens: RefreshTokens;
  accessTokens: AccessTokens;
  signInThrottle: SignInThrottle;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeSignIn = ({
  identityUnitOfWork,
  userQueries,
  passwords,
  refreshTokens,
  accessTokens,
  signInThrottle,
  clock,
  ids,
}: Dependencies): SignIn => {
  /** Commits although the call fails; the same write for registered and unregistered addresses. */
  const recordFailure = (userId: string | null, client: Client): Promise<void> =>
    identityUnitOfWork.runInNewTransaction(({ securityLog }) =>
      securityLog.append(securityEvent('sign-in-failed', { userId, actorId: null, client }, clock.now())),
    );

  /** The user with this address and password; throws the same error in every other case. */
  async function recognise(
    email: string,
    password: string,
    client: Client,
    requester: HashRequester,
  ): Promise<User & { readonly passwordHash: string }> {
    const user = await userQueries.findByEmail(email);
    const passwordHash = user?.passwordHash ?? null;
    const matches = await passwords.verify(password, passwordHash, requester);
    if (user === undefined || passwordHash === null || !matches || !maySignIn(user)) {
      await recordFailure(user?.id ?? null, client);
      throw invalidCredentials();
    }
    return user as User & { readonly passwordHash: string };
  }

  return async ({ email, password, client }) => {
    const address = canonicalEmail(email);
    const user = await throttled(signInThrottle, { email: address, client }, (requester) =>
      recognise(address, password, client, requester),
    );

    const verifiedHash = user.passwordHash;
    const newHash = passwords.needsRehash(verifiedHash)
      ? await passwords.hash(password, { ip: client.ip, isKnown: true })
      : undefined;
    const sessionId = ids.next();
    const refreshToken = refreshTokens.first(sessionId);
    const accessToken = await accessTokens.mint({ userId: user.id, sessionId });
    const userId = user.id;
    return identityUnitOfWork.run(async ({ users, sessions, securityLog }) => {
      const held = await users.lock(userId);
      // A concurrent request may have changed the password, and ended all sessions, during the hash.
      if (held?.passwordHash !== verifiedHash || !maySignIn(held)) throw invalidCredentials();
      const current = newHash === undefined ? held : await users.save(rehashPassword(held, newHash));
      const now = clock.now();
      await sessions.insert(newSession({ id: sessionId, userId, tokenHash: refreshToken.hash, client }, now));
      await securityLog.append(ownEvent('signed-in', userId, client, now));
      return {
        accessToken,
        expiresInSeconds: accessTokens.lifeSeconds,
        refreshToken: refreshToken.text,
        sessionId,
        user: current,
      };
    });
  };
};
