import type { Page, PageRequest } from '../../../kernel/page.js';
import { canonicalJson } from './canonical.js';
import type { CursorCodec } from './cursor.js';

type RawQuery = Readonly<Record<string, string>>;

/** A cursor works only on the list, the filters and the order that it was made for. */
const scopeOf = (operationId: string, { limit: _limit, cursor: _cursor, ...filters }: RawQuery): string =>
  canonicalJson([operationId, filters]);

/** The page that a validated query asks for; throws `invalid-cursor`. */
export function readPage(
  codec: CursorCodec,
  operationId: string,
  raw: RawQuery,
  query: Readonly<Record<string, unknown>>,
): PageRequest {
  const { limit, cursor } = query as { limit: number; cursor?: string };
  return { limit, ...(cursor !== undefined && { after: codec.decode(scopeOf(operationId, raw), cursor) }) };
}

/** The cursor of the next page, and the link to it (RFC 8288): relative, so that it holds behind any proxy. */
export function nextPage(
  codec: CursorCodec,
  operationId: string,
  path: string,
  raw: RawQuery,
  next: Page<unknown>['next'],
): Readonly<{ nextCursor: string | null; headers: Readonly<Record<string, string>> }> {
  if (next === null) return { nextCursor: null, headers: {} };
  const nextCursor = codec.encode(scopeOf(operationId, raw), next);
  const query = new URLSearchParams({ ...raw, cursor: nextCursor }).toString();
  return { nextCursor, headers: { Link: `<${path}?${query}>; rel="next"` } };
}
