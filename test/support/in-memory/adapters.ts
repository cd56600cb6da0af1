import { toPage, type Page, type PageKey } from '../../../src/kernel/page.js';
import type { User } from '../../../src/identity/domain/user.js';
import type { Table } from './store.js';

type Ending = Readonly<{ id: string; expiresAt: Date; endedAt: Date | null }>;

export const purgeFrom =
  <Row extends Ending>(table: Table<Row>) =>
  (before: Date, limit: number): Promise<number> => {
    const old = table
      .all()
      .filter((row) => row.expiresAt < before || (row.endedAt !== null && row.endedAt < before))
      .slice(0, limit);
    for (const row of old) table.delete(row.id);
    return Promise.resolve(old.length);
  };

/** Throws as PostgreSQL does for a foreign key to an unknown user. */
export function assertUser(users: Table<User>, userId: string | null): void {
  if (userId !== null && users.get(userId) === undefined)
    throw new Error(`violates foreign key: no user ${userId}`);
}

export const makeAsync =
  <Args extends readonly unknown[], Result>(work: (...args: Args) => Result) =>
  async (...args: Args): Promise<Result> => {
    await Promise.resolve(); // a real adapter is always asynchronous
    return work(...args);
  };

/** The page of `rows` after `after`, newest first by `instantOf`, then by id. */
export function pageOf<Row extends Readonly<{ id: string }>>(
  rows: readonly Row[],
  instantOf: (row: Row) => Date,
  limit: number,
  after: PageKey | undefined,
): Page<Row> {
  const [afterMs, afterId] = after ?? [];
  const msOf = (row: Row): number => instantOf(row).getTime();
  const isAfter = (row: Row): boolean =>
    after === undefined ||
    msOf(row) < Number(afterMs) ||
    (msOf(row) === Number(afterMs) && row.id < String(afterId));
  const page = rows
    .filter(isAfter)
    .sort((a, b) => msOf(b) - msOf(a) || (a.id < b.id ? 1 : -1))
    .slice(0, limit + 1);
  return toPage(page, limit, (row) => [msOf(row), row.id]);
}
