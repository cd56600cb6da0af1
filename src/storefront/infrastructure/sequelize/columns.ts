/** BIGINT arrives as text. Throws for a number beyond the safe integers instead of rounding it. */
export function toNumber(value: string | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is not a safe integer`);
  return number;
}
