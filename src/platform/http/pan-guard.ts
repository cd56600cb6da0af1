import { DomainError } from '../../kernel/errors.js';

/** Lengths of card numbers (ISO/IEC 7812-1). */
const CARD_NUMBER = /(?<!\d)\d{12,19}(?!\d)/g;
const SEPARATORS = /[\s\p{Pd}]+/gu;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Fields that ask for what this API must not know, lower-cased and without separators. */
const FORBIDDEN_NAMES = new Set(['number', 'cvc', 'cvv', 'pan', 'cardnumber']);

/** The check digit of a card number (ISO/IEC 7812-1, annex B). */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 0x30;
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function textHoldsPan(text: string): boolean {
  // Ids are not card numbers, although one in some thousands would pass for one.
  if (text.length < 12 || UUID.test(text)) return false;
  const joined = text.normalize('NFKC').replace(SEPARATORS, '');
  return (joined.match(CARD_NUMBER) ?? []).some(passesLuhn);
}

/** Beyond 2^53 the parser has rounded the digits away that could be checked, and no field of this API is so large. */
const numberHoldsPan = (value: number): boolean =>
  Number.isSafeInteger(value)
    ? textHoldsPan(String(Math.abs(value)))
    : Number.isInteger(value) && Math.abs(value) < 1e19;

const isForbiddenName = (name: string): boolean =>
  FORBIDDEN_NAMES.has(
    name
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll(/[\s\p{Pd}_]/gu, ''),
  );

function holdsPan(value: unknown): boolean {
  if (typeof value === 'string') return textHoldsPan(value);
  if (typeof value === 'number') return numberHoldsPan(value);
  if (Array.isArray(value)) return value.some(holdsPan);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, member]) => isForbiddenName(name) || textHoldsPan(name) || holdsPan(member),
  );
}

/**
 * Throws invalid `pan-forbidden` when a parsed JSON body holds a card number (12 to 19 digits with a right check digit,
 * spaces and dashes or not, as text, number or name) or a field that is named for one. The error says nothing of where
 * or what: a pointer would repeat a number that stands in a name.
 */
export function refusePan(body: unknown): void {
  if (holdsPan(body))
    throw new DomainError(
      'invalid',
      'pan-forbidden',
      'The body holds what looks like a card number or a security code; send a token of the payment gateway.',
    );
}
