/**
 * The sort key of a page's last row, with the id as its last value.
 * The HTTP layer signs it and gives it to clients as an opaque cursor.
 */
export type PageKey = readonly (string | number)[];

/** Keyset paging: at most `limit` rows after the key `after`, or from the start without it. */
export type PageRequest = Readonly<{ limit: number; after?: PageKey | undefined }>;

/** `next` is null on the last page. */
export type Page<Item> = Readonly<{ items: readonly Item[]; next: PageKey | null }>;

/**
 * Makes a page of `rows`, which were read with a limit of one more than requested: the extra row shows that there is a
 * next page, without a COUNT.
 */
export function toPage<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => PageKey): Page<Row> {
  if (rows.length <= limit) return { items: rows, next: null };
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last === undefined ? null : keyOf(last) };
}
