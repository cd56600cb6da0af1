/** An amount in minor units of its currency (cents, yen, fils): always a safe integer, never a fraction. May be negative. */
export type Money = Readonly<{ amount: number; currency: string }>;

/** ISO 4217 (list one, column "minor unit"): the currencies that do not have two decimals. */
const EXPONENTS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};

const DEFAULT_EXPONENT = 2;

/** An ISO 4217 code: three capital letters. Does not check whether the currency is in use. */
export const isCurrency = (code: string): boolean => /^[A-Z]{3}$/.test(code);

/** How many decimals the currency's main unit has: EUR 2, JPY 0, KWD 3. */
export const minorUnitDigits = (currency: string): number => EXPONENTS[currency] ?? DEFAULT_EXPONENT;

/** Throws a plain Error for an invalid amount, because callers have validated external input before. */
export function money(amount: number, currency: string): Money {
  if (!Number.isSafeInteger(amount)) throw new Error(`${amount} is not an amount in minor units`);
  if (!isCurrency(currency)) throw new Error(`${currency} is not a currency`);
  return Object.freeze({ amount: amount === 0 ? 0 : amount, currency });
}

/** Minor units as a decimal number with a point and no grouping, exact at any size: (-5, EUR) is `-0.05`, (5, JPY) is `5`. */
export function formatMinor(amount: number, currency: string): string {
  if (!Number.isSafeInteger(amount)) throw new Error(`${amount} is not an amount in minor units`);
  const digits = minorUnitDigits(currency);
  const sign = amount < 0 ? '-' : '';
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
