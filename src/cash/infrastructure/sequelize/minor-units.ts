import { toNumber } from '../../../platform/database/big-integer.js';
import { countable } from '../../domain/amount.js';

export const toMinorOrNull = (value: string | number | null): number | null =>
  value === null ? null : toNumber(value);

/** A sum of stored amounts; 409 `sum-too-large` beyond 2^53−1. */
export const toSum = (value: string): number => toNumber(countable(Number(value)));
