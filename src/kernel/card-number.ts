/** Lengths of card numbers (ISO/IEC 7812-1). */
const CARD_NUMBER = /(?<!\d)\d{12,19}(?!\d)/g;
const SEPARATORS = /[\s\p{Pd}]+/gu;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

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

/** Whether a text contains a card number: 12 to 19 digits with a valid check digit, with or without spaces and dashes. */
export function holdsCardNumber(text: string): boolean {
  // UUIDs are excluded: about one in some thousands contains a valid check digit by chance.
  if (text.length < 12 || UUID.test(text)) return false;
  const joined = text.normalize('NFKC').replace(SEPARATORS, '');
  return (joined.match(CARD_NUMBER) ?? []).some(passesLuhn);
}
