import type { Page, PageRequest } from '../../../kernel/page.js';
import { canonicalJson } from './canonical.js';
import type { CursorCodec } from './cursor.js';

type RawQuery = Readonly<Record<string, string>>;

/** The scope of a cursor: it is valid only for the same list, filters and order. */
const scopeOf = (operationId: string, { limit: _limit, cursor: _cursor, ...filters }: RawQuery): string =>
  canonicalJson([operationId, filters]);

/** Reads limit and cursor of a validated query; throws `invalid-cursor`. */
export function readPage(
  codec: CursorCodec,
  operationId: string,
  raw: RawQuery,
  query: Readonly<Record<string, unknown>>,
): PageRequest {
  const { limit, cursor } = query as { limit: number; cursor?: string };
  return { limit, ...(cursor !== undefined && { after: codec.decode(scopeOf(operationId, raw), cursor) }) };
}

/** The cursor of the next page and its Link header (RFC 8288), which is relative so that it works behind any proxy. */
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
