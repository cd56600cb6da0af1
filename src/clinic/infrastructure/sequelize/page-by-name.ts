import { type Page, type PageRequest, toPage } from '../../../kernel/page.js';
import type { SortKey } from '../../../platform/database/list-statement.js';

/** The sort keys of a list by name. */
export const byName = (table: string): readonly SortKey[] => [
  { sql: `${table}.name`, type: 'text' },
  { sql: `${table}.id`, type: 'uuid' },
];

export const pageByName = <Row extends Readonly<{ id: string; name: string }>>(
  rows: readonly Row[],
  { limit }: PageRequest,
): Page<Row> => toPage(rows, limit, ({ name, id }) => [name, id]);
