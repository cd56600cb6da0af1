import { randomBytes } from 'node:crypto';
import type { Secrets } from '../../platform/config/secrets.js';
import type { RefreshToken, RefreshTokens } from '../application/ports.js';
import {
  bytesToUuid,
  decodeBase64url,
  digest,
  mac,
  MAC_BYTES,
  sameBytes,
  UUID_BYTES,
  uuidToBytes,
} from './tokens.js';

const GENERATION_BYTES = 4;
const SECRET_BYTES = 32;
const NONCE_BYTES = 16;
const SECRET_START = UUID_BYTES + GENERATION_BYTES;
const MAC_START = SECRET_START + SECRET_BYTES;
const TOKEN_BYTES = MAC_START + MAC_BYTES;

/**
 * Opaque to clients: base64url of session id, generation, secret and MAC. The MAC identifies every token that this server
 * ever issued, so that reuse is detected although only the digests of the newest two are stored.
 */
export const makeRefreshTokens = ({ secrets }: { secrets: Secrets }): RefreshTokens => {
  const key = secrets.key('refresh-token');

  const seal = (sessionId: string, generation: number, secret: Buffer): RefreshToken => {
    const generationBytes = Buffer.alloc(GENERATION_BYTES);
    generationBytes.writeUInt32BE(generation);
    const body = Buffer.concat([uuidToBytes(sessionId), generationBytes, secret]);
    const text = Buffer.concat([body, mac(key, 'token', body).subarray(0, MAC_BYTES)]).toString('base64url');
    return { sessionId, generation, hash: digest(text), text };
  };

  return {
    first: (sessionId) => seal(sessionId, 1, randomBytes(SECRET_BYTES)),
    newNonce: () => randomBytes(NONCE_BYTES).toString('base64url'),
    child(parent, nonce) {
      const secret = Buffer.from(parent.text, 'base64url').subarray(SECRET_START, MAC_START);
      return seal(
        parent.sessionId,
        parent.generation + 1,
        mac(key, 'child', secret, Buffer.from(nonce, 'base64url')),
      );
    },
    read(text) {
      const bytes = decodeBase64url(text, TOKEN_BYTES);
      if (bytes === undefined) return undefined;
      const expected = mac(key, 'token', bytes.subarray(0, MAC_START)).subarray(0, MAC_BYTES);
      if (!sameBytes(bytes.subarray(MAC_START), expected)) return undefined;
      return {
        sessionId: bytesToUuid(bytes.subarray(0, UUID_BYTES)),
        generation: bytes.readUInt32BE(UUID_BYTES),
        hash: digest(text),
        text,
      };
    },
  };
};
