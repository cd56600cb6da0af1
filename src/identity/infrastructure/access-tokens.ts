import { createHmac, timingSafeEqual } from 'node:crypto';
import { SignJWT } from 'jose';
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

const objectIn = (part: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Readonly<Record<string, unknown>>;

/**
 * JWTs after RFC 9068 and RFC 8725: one algorithm, and type, issuer and audience checked, so that no other token passes.
 * Verified here and not by jose, because its WebCrypto verifies each signature in another thread, which took longer than
 * the rest of a small request.
 */
export const makeAccessTokens = ({ secrets, clock }: { secrets: Secrets; clock: Clock }): AccessTokens => {
  const key = secrets.key('access-token');

  /** RFC 7515 §5.2. Compares the encoded signature, so that a token has only one valid spelling. */
  function isGenuine(signed: string, signature: string): boolean {
    const expected = Buffer.from(createHmac('sha256', key).update(signed).digest('base64url'));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  function read(text: string): { userId: string; sessionId: string } | undefined {
    const [header, payload, signature, ...more] = text.split('.');
    if (header === undefined || payload === undefined || signature === undefined || more.length > 0)
      return undefined;
    if (!isGenuine(`${header}.${payload}`, signature)) return undefined;
    // The signature is valid; the token may still be of another kind, or expired.
    const { alg, typ, crit } = objectIn(header);
    const { iss, aud, sub, sid, iat, exp, nbf } = objectIn(payload);
    const now = Math.floor(clock.now().getTime() / SECOND);
    const isAccessToken =
      alg === ALGORITHM && typ === TYPE && crit === undefined && iss === ISSUER && aud === AUDIENCE;
    const isCurrent =
      typeof iat === 'number' &&
      typeof exp === 'number' &&
      now < exp &&
      (nbf === undefined || (typeof nbf === 'number' && nbf <= now));
    return isAccessToken && isCurrent && isUuid(sub) && isUuid(sid)
      ? { userId: sub, sessionId: sid }
      : undefined;
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
        .sign(new Uint8Array(key));
    },
    read: (text) => Promise.resolve(read(text)),
  };
};
