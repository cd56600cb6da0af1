import type { PageKey } from '../../../kernel/page.js';

/** BIGINT arrives as text. Throws for a number beyond the safe integers instead of rounding it. */
export function toNumber(value: string | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is not a safe integer`);
  return number;
}

/** Parameters of a keyset by instant and id: the end of the previous page, or two nulls on the first page. */
export const instantKey = (after: PageKey | undefined): readonly [Date | null, string | null] => {
  const [ms, id] = after ?? [];
  return after === undefined ? [null, null] : [new Date(Number(ms)), String(id)];
};
