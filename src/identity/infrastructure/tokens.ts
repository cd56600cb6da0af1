import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Bytes of a truncated MAC: 128 bits cannot be guessed (RFC 2104 §5, NIST SP 800-107 §5.3). */
export const MAC_BYTES = 16;
export const UUID_BYTES = 16;

export const uuidToBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

export function bytesToUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** HMAC-SHA256; a MAC for one `purpose` is not valid for another. */
export const mac = (key: Buffer, purpose: string, ...parts: readonly Buffer[]): Buffer =>
  parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', key).update(`${purpose}\0`)).digest();

export const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Constant time for equal lengths; the length is not secret. */
export const sameBytes = (left: Buffer, right: Buffer): boolean =>
  left.length === right.length && timingSafeEqual(left, right);

/** The decoded bytes; undefined unless `text` is their canonical encoding, so that a token has one spelling. */
export function decodeBase64url(text: string, length: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === length && bytes.toString('base64url') === text ? bytes : undefined;
}
