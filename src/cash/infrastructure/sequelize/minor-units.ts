import { countable } from '../../domain/amount.js';

/** pg returns a BIGINT as text; a CHECK bounds the stored values to 2^53−1. */
export function toMinor(value: string | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is beyond what can be counted exactly`);
  return number === 0 ? 0 : number;
}

export const toMinorOrNull = (value: string | number | null): number | null =>
  value === null ? null : toMinor(value);

/** A sum of stored amounts; 409 `sum-too-large` beyond 2^53−1. */
export const toSum = (value: string): number => toMinor(countable(Number(value)));
