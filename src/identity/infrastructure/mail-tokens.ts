import type { Secrets } from '../../platform/config/secrets.js';
import type { MailTokens } from '../application/ports.js';
import {
  bytesToUuid,
  decodeBase64url,
  mac,
  MAC_BYTES,
  sameBytes,
  UUID_BYTES,
  uuidToBytes,
} from './tokens.js';

/** `<id>.<mac>`, each base64url of 16 bytes: 45 characters, short enough for one line of a mail. */
export const makeMailTokens = ({ secrets }: { secrets: Secrets }): MailTokens => {
  const key = secrets.key('mail-token');
  const sign = (purpose: string, id: Buffer): Buffer => mac(key, purpose, id).subarray(0, MAC_BYTES);
  return {
    mint(purpose, id) {
      const bytes = uuidToBytes(id);
      return `${bytes.toString('base64url')}.${sign(purpose, bytes).toString('base64url')}`;
    },
    read(purpose, token) {
      const [idText = '', macText = '', surplus] = token.split('.', 3);
      const id = decodeBase64url(idText, UUID_BYTES);
      const claimed = decodeBase64url(macText, MAC_BYTES);
      if (id === undefined || claimed === undefined || surplus !== undefined) return undefined;
      return sameBytes(claimed, sign(purpose, id)) ? bytesToUuid(id) : undefined;
    },
  };
};
