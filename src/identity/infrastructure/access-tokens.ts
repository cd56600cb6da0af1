import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { type Clock, MINUTE, SECOND } from '../../kernel/clock.js';
import type { Secrets } from '../../platform/config/secrets.js';
import type { AccessTokens } from '../application/ports.js';

const LIFE_SECONDS = (15 * MINUTE) / SECOND;
const ALGORITHM = 'HS256';
const TYPE = 'at+jwt'; // RFC 9068 §2.1
const ISSUER = 'praxis';
const AUDIENCE = 'praxis-api';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** So many tokens are remembered; a session uses one for a quarter of an hour. */
const MOST_REMEMBERED = 10_000;

const isUuid = (claim: unknown): claim is string => typeof claim === 'string' && UUID.test(claim);

type Genuine = Readonly<{ subject: Readonly<{ userId: string; sessionId: string }>; expiresAtS: number }>;

/**
 * JWTs after RFC 9068 and RFC 8725: one algorithm, and type, issuer and audience checked, so that no other token passes.
 * A signature is checked once a token: it cannot become another, while time and the session are looked at on every call.
 */
export const makeAccessTokens = ({ secrets, clock }: { secrets: Secrets; clock: Clock }): AccessTokens => {
  const key = new Uint8Array(secrets.key('access-token'));
  const remembered = new Map<string, Genuine>();

  function remember(text: string, token: Genuine): void {
    if (remembered.size >= MOST_REMEMBERED) {
      const oldest = remembered.keys().next();
      if (oldest.done !== true) remembered.delete(oldest.value);
    }
    remembered.set(text, token);
  }

  async function verify(text: string, currentDate: Date): Promise<Genuine | undefined> {
    try {
      const { payload } = await jwtVerify(text, key, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'sid', 'iat', 'exp'],
        currentDate,
      });
      const { sub, sid, exp = 0 } = payload as JWTPayload & { sid?: unknown };
      return isUuid(sub) && isUuid(sid)
        ? { subject: { userId: sub, sessionId: sid }, expiresAtS: exp }
        : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  return {
    lifeSeconds: LIFE_SECONDS,
    mint({ userId, sessionId }) {
      const issuedAt = Math.floor(clock.now().getTime() / SECOND);
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFE_SECONDS)
        .sign(key);
    },
    async read(text) {
      const now = clock.now();
      const known = remembered.get(text);
      if (known !== undefined && now.getTime() >= known.expiresAtS * SECOND) remembered.delete(text);
      else if (known !== undefined) return known.subject;
      const token = await verify(text, now);
      if (token !== undefined) remember(text, token);
      return token?.subject;
    },
  };
};
