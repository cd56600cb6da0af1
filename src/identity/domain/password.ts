import { codePoints } from './code-points.js';

const MIN_LENGTH = 8;
const MAX_LENGTH = 256;

/** One spelling for what looks the same, so that another keyboard still signs in (NIST SP 800-63B §3.1.1.2). */
export const normalisePassword = (password: string): string => password.normalize('NFKC');

/**
 * What is wrong with a new password, or undefined. Lengths count code points; there are no composition rules
 * (NIST SP 800-63B §3.1.1.2). `isCommon` is asked with the lower-cased password.
 */
export function passwordFault(
  password: string,
  email: string,
  isCommon: (lowerCased: string) => boolean,
): string | undefined {
  const normalised = normalisePassword(password);
  const length = codePoints(normalised).length;
  if (length < MIN_LENGTH) return `A password has at least ${String(MIN_LENGTH)} characters.`;
  if (length > MAX_LENGTH) return `A password has at most ${String(MAX_LENGTH)} characters.`;
  const lowered = normalised.toLowerCase();
  if (lowered === email || lowered === email.slice(0, email.lastIndexOf('@')))
    return 'The password must not be the e-mail address.';
  if (isCommon(lowered)) return 'This password is on lists of common passwords; choose another.';
  return undefined;
}
