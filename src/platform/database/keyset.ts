import type { PageKey } from '../../kernel/page.js';

/** The keyset parameters of a page key [instant in ms, id]: the end of the previous page, or two nulls on the first page. */
export const instantKey = (after: PageKey | undefined): readonly [Date | null, string | null] => {
  const [ms, id] = after ?? [];
  return after === undefined ? [null, null] : [new Date(Number(ms)), String(id)];
};
