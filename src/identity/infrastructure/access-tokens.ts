import { errors, jwtVerify, SignJWT } from 'jose';
import { type Clock, MINUTE, SECOND } from '../../kernel/clock.js';
import type { Secrets } from '../../platform/config/secrets.js';
import type { AccessTokens } from '../application/ports.js';

const LIFE_SECONDS = (15 * MINUTE) / SECOND;
const ALGORITHM = 'HS256';
const TYPE = 'at+jwt'; // RFC 9068 §2.1
const ISSUER = 'praxis';
const AUDIENCE = 'praxis-api';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const isUuid = (claim: unknown): claim is string => typeof claim === 'string' && UUID.test(claim);

/** JWTs after RFC 9068 and RFC 8725: one algorithm, and type, issuer and audience checked, so that no other token passes. */
export const makeAccessTokens = ({ secrets, clock }: { secrets: Secrets; clock: Clock }): AccessTokens => {
  const key = new Uint8Array(secrets.key('access-token'));
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
      try {
        const { payload } = await jwtVerify(text, key, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'sid', 'iat', 'exp'],
          currentDate: clock.now(),
        });
        const { sub, sid } = payload as { sub?: unknown; sid?: unknown };
        return isUuid(sub) && isUuid(sid) ? { userId: sub, sessionId: sid } : undefined;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
};
