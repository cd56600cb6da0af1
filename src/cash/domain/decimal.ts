import { minorUnitDigits } from '../../kernel/money.js';

export type DecimalMark = '.' | ',';

/** Why a text cannot be parsed as an amount. */
export type DecimalFault = 'amount-missing' | 'amount-unreadable' | 'too-many-decimals' | 'amount-too-large';

/** Optional groups of three digits, separated by the other mark, an apostrophe or a space; one sign, before or after. */
const PATTERNS: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^([+-]?)(\d+|\d{1,3}(?:[, '\u2019]\d{3})+)(?:\.(\d+))?([+-]?)$/,
  ',': /^([+-]?)(\d+|\d{1,3}(?:[. '\u2019]\d{3})+)(?:,(\d+))?([+-]?)$/,
};

/**
 * Minor units of `currency`, exactly, from a decimal number as people and banks write it: `-1.234,56`, `12,50-`. Digit
 * by digit, never by floating point. More decimals than the currency has (ISO 4217) are a fault and never rounded, zeros too.
 */
export function parseMinor(text: string, mark: DecimalMark, currency: string): number | DecimalFault {
  // Spaces of any width; the true minus sign, which word processors write.
  const plain = text.replaceAll(/\s/g, ' ').trim().replace('\u2212', '-');
  if (plain === '') return 'amount-missing';
  const [, before = '', whole = '', decimals = '', after = ''] = PATTERNS[mark].exec(plain) ?? [];
  if (whole === '' || (before !== '' && after !== '')) return 'amount-unreadable';
  const digits = minorUnitDigits(currency);
  if (decimals.length > digits) return 'too-many-decimals';
  const minor = Number(BigInt(whole.replaceAll(/\D/g, '') + decimals.padEnd(digits, '0')));
  if (!Number.isSafeInteger(minor)) return 'amount-too-large';
  return before === '-' || after === '-' ? 0 - minor : minor;
}
