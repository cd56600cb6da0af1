import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PageKey } from '../../../kernel/page.js';
import type { Secrets } from '../../config/secrets.js';
import { ProtocolError } from '../replies/protocol-error.js';

/** Makes page keys opaque and proof against tampering: base64url(mac ‖ JSON). Bound to the list, its filters and order. */
export interface CursorCodec {
  encode(scope: string, key: PageKey): string;
  /** Throws `invalid-cursor` (400) for anything that `encode` did not make for this very scope. */
  decode(scope: string, cursor: string): PageKey;
}

const MAC_BYTES = 16;

export const makeCursorCodec = ({ secrets }: { secrets: Secrets }): CursorCodec => {
  const secret = secrets.key('cursor');
  const macOf = (scope: string, payload: Buffer): Buffer =>
    createHmac('sha256', secret).update(scope).update('\0').update(payload).digest().subarray(0, MAC_BYTES);
  return {
    encode(scope, key) {
      const payload = Buffer.from(JSON.stringify(key));
      return Buffer.concat([macOf(scope, payload), payload]).toString('base64url');
    },
    decode(scope, cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      const payload = bytes.subarray(MAC_BYTES);
      const genuine =
        bytes.length > MAC_BYTES &&
        bytes.toString('base64url') === cursor &&
        timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(scope, payload));
      if (!genuine) throw new ProtocolError('invalid-cursor', 'The cursor does not belong to this list.');
      return JSON.parse(payload.toString()) as PageKey;
    },
  };
};
