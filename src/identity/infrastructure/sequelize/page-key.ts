import type { PageKey } from '../../../kernel/page.js';

/** The parameters of a keyset by an instant and an id: where the page before ended, two nulls at the start. */
export const instantKey = (after: PageKey | undefined): readonly [Date | null, string | null] => {
  const [ms, id] = after ?? [];
  return after === undefined ? [null, null] : [new Date(Number(ms)), String(id)];
};
