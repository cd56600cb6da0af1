import type { Money } from '../../kernel/money.js';
import { currencyMismatch } from '../domain/errors.js';

/** The minor units of a field that must be in `currency`; 422 `currency-mismatch`. Returns null and undefined unchanged. */
export function minorIn<Field extends Money | null | undefined>(
  field: Field,
  currency: string,
  pointer: string,
): Field extends Money ? number : number | Exclude<Field, Money>;
export function minorIn(
  field: Money | null | undefined,
  currency: string,
  pointer: string,
): number | null | undefined {
  if (field === null || field === undefined) return field;
  if (field.currency !== currency) throw currencyMismatch(`${pointer}/currency`, currency, field.currency);
  return field.amount;
}
