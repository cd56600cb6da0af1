import { lengthOf } from '../../kernel/text.js';

const MIN_LENGTH = 8;
const MAX_LENGTH = 256;
/** Eight random characters withstand ten times as many guesses. The sign-in limits allow about a thousand a day. */
const MIN_GUESSES = 10_000_000;

/** Normalizes Unicode, so that the same password works from every keyboard (NIST SP 800-63B §3.1.1.2). */
export const normalisePassword = (password: string): string => password.normalize('NFKC');

/**
 * The fault of a new password, or undefined. Lengths count code points; there are no composition rules
 * (NIST SP 800-63B §3.1.1.2). `guessesOf` estimates the guesses of an attacker who knows the words of the address.
 */
export function passwordFault(
  password: string,
  email: string,
  guessesOf: (password: string, words: readonly string[]) => number,
): string | undefined {
  const normalised = normalisePassword(password);
  const length = lengthOf(normalised);
  if (length < MIN_LENGTH) return `A password has at least ${String(MIN_LENGTH)} characters.`;
  if (length > MAX_LENGTH) return `A password has at most ${String(MAX_LENGTH)} characters.`;
  const lowered = normalised.toLowerCase();
  const localPart = email.slice(0, email.lastIndexOf('@'));
  if (lowered === email || lowered === localPart) return 'The password must not be the e-mail address.';
  if (guessesOf(normalised, [localPart, ...email.split(/[^a-z0-9]+/)]) < MIN_GUESSES)
    return 'This password is common or easy to guess; choose another.';
  return undefined;
}
