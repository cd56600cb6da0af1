import { countable } from '../../domain/amount.js';

/** A stored BIGINT arrives as text; ours are bounded by a CHECK. */
export function toMinor(value: string | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is beyond what can be counted exactly`);
  return number === 0 ? 0 : number;
}

export const toMinorOrNull = (value: string | number | null): number | null =>
  value === null ? null : toMinor(value);

/** A sum of stored amounts; each of them can be counted exactly, all together perhaps not: 409 `sum-too-large`. */
export const toSum = (value: string): number => toMinor(countable(Number(value)));
