/**
 * Where a page ends: the values of its last row in the order the list is sorted by, the id last.
 * The HTTP layer signs it and shows it to clients as an opaque cursor.
 */
export type PageKey = readonly (string | number)[];

/** Keyset paging: at most `limit` rows that come after `after`; from the start without it. */
export type PageRequest = Readonly<{ limit: number; after?: PageKey | undefined }>;

/** `next` is null on the last page. */
export type Page<Item> = Readonly<{ items: readonly Item[]; next: PageKey | null }>;

/**
 * Cuts a page out of `rows`, which were read with a limit of one more than asked for:
 * the surplus row proves that there is a next page, and no COUNT is needed.
 */
export function toPage<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => PageKey): Page<Row> {
  if (rows.length <= limit) return { items: rows, next: null };
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last === undefined ? null : keyOf(last) };
}
