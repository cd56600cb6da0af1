/** pg returns a BIGINT as text. Throws for a number beyond the safe integers instead of rounding it. */
export function toNumber(value: string | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is beyond what can be counted exactly`);
  return number === 0 ? 0 : number;
}
