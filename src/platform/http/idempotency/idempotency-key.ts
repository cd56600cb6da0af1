import { malformedRequest, ProtocolError } from '../replies/protocol-error.js';

const QUOTED = /^"([\x20-\x21\x23-\x7e]{1,255})"$/;
const BARE = /^([\x21\x23-\x7e]{1,255})$/;

/** Reads the header (draft-ietf-httpapi-idempotency-key-header): a quoted or a bare string of 1–255 visible characters. */
export function readIdempotencyKey(header: string, required: boolean): string | undefined {
  if (header === '') {
    if (!required) return undefined;
    throw new ProtocolError(
      'idempotency-key-required',
      'Send an Idempotency-Key, a fresh UUID for each new request.',
    );
  }
  const key = QUOTED.exec(header)?.[1] ?? BARE.exec(header)?.[1];
  if (key === undefined)
    throw malformedRequest([
      { pointer: '/header/Idempotency-Key', detail: 'must be 1 to 255 visible ASCII characters' },
    ]);
  return key;
}
