import { holdsCardNumber } from '../../../kernel/card-number.js';
import { DomainError } from '../../../kernel/errors.js';

/** Names of fields that must not be accepted, in lower case without separators. */
const FORBIDDEN_NAMES = new Set(['number', 'cvc', 'cvv', 'pan', 'cardnumber']);

/** Beyond 2^53 the parser has rounded digits that the check needs, and no field of this API is so large. */
const numberHoldsPan = (value: number): boolean =>
  Number.isSafeInteger(value)
    ? holdsCardNumber(String(Math.abs(value)))
    : Number.isInteger(value) && Math.abs(value) < 1e19;

const isForbiddenName = (name: string): boolean =>
  FORBIDDEN_NAMES.has(
    name
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll(/[\s\p{Pd}_]/gu, ''),
  );

function holdsPan(value: unknown): boolean {
  if (typeof value === 'string') return holdsCardNumber(value);
  if (typeof value === 'number') return numberHoldsPan(value);
  if (Array.isArray(value)) return value.some(holdsPan);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, member]) => isForbiddenName(name) || holdsCardNumber(name) || holdsPan(member),
  );
}

/**
 * Throws invalid `pan-forbidden` when a parsed JSON body contains a card number (12 to 19 digits with a valid check digit,
 * with or without spaces and dashes, as text, number or key) or a field with the name of one. The error contains no
 * pointer, because it would repeat a number in a key.
 */
export function assertNoCardNumbers(body: unknown): void {
  if (holdsPan(body))
    throw new DomainError(
      'invalid',
      'pan-forbidden',
      'The body holds what looks like a card number or a security code; send a token of the payment gateway.',
    );
}
