import type { PageKey } from '../../../kernel/page.js';

/** BIGINT arrives as text; every column of ours is bounded by a CHECK, and what is not must not be rounded in silence. */
export function toNumber(value: string | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} cannot be counted exactly`);
  return number;
}

/** The parameters of a keyset by an instant and an id: where the page before ended, two nulls at the start. */
export const instantKey = (after: PageKey | undefined): readonly [Date | null, string | null] => {
  const [ms, id] = after ?? [];
  return after === undefined ? [null, null] : [new Date(Number(ms)), String(id)];
};
