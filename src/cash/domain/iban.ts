const LETTER_OFFSET = 'A'.charCodeAt(0) - 10;

/** Replaces letters by the numbers 10 to 35. */
const digitsOf = (character: string): string =>
  /\d/.test(character) ? character : String(character.charCodeAt(0) - LETTER_OFFSET);

/** Whether `text` is an IBAN (ISO 13616): upper case, no spaces, check digits right by ISO 7064 MOD 97-10. */
export function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const rearranged = text.slice(4) + text.slice(0, 4);
  let remainder = 0;
  for (const digit of Array.from(rearranged, digitsOf).join(''))
    remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder === 1;
}
