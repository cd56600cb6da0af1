import type { Money } from '../../kernel/money.js';
import { currencyMismatch } from '../domain/errors.js';

/** The minor units of a field that must be in `currency`; invalid `currency-mismatch`. */
export function minorIn({ amount, currency: given }: Money, currency: string, pointer: string): number {
  if (given !== currency) throw currencyMismatch(pointer, currency, given);
  return amount;
}
