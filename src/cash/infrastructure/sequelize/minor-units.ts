/** BIGINT and sums arrive as text; ours are bounded by a CHECK, and a sum beyond that must not be rounded in silence. */
export function toMinor(value: string | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is beyond what can be counted exactly`);
  return number === 0 ? 0 : number;
}

export const toMinorOrNull = (value: string | number | null): number | null =>
  value === null ? null : toMinor(value);
