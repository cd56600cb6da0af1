import { invalidField } from '../../kernel/errors.js';

const MAX_LENGTH = 254; // RFC 5321 §4.5.3.1.3, without the angle brackets
const MAX_LOCAL_PART = 64; // RFC 5321 §4.5.3.1.1

/** A dot-atom (RFC 5322 §3.4.1) at a domain of at least two labels (RFC 1035 §2.3.4); ASCII only. */
const VALID =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The canonical form of an address, used to store and look it up. Lower-cases ASCII letters only: `toLowerCase` would turn
 * the Kelvin sign into a k and so confuse two addresses.
 */
export const canonicalEmail = (text: string): string =>
  text.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

export const isEmail = (canonical: string): boolean =>
  canonical.length <= MAX_LENGTH && canonical.indexOf('@') <= MAX_LOCAL_PART && VALID.test(canonical);

/** The canonical form of a new address; 422 `validation` at `pointer` if it is invalid. */
export function parseEmail(text: string, pointer = '/email'): string {
  const canonical = canonicalEmail(text);
  if (!isEmail(canonical)) throw invalidField(pointer, 'This is not an e-mail address.');
  return canonical;
}
