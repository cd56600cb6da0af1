import type { Context } from 'koa';

/**
 * Headers that are known before the response, as name, value, name, value …, without duplicates. They are written together
 * with the response, because setting them one by one costs more CPU than reading a product.
 */
type Head = string[];

function headOf({ state }: Context): Head {
  const head = (state['head'] ?? []) as Head;
  state['head'] = head;
  return head;
}

function placeOf(name: string | undefined, headers: readonly string[]): number {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return at;
  return -1;
}

/** Adds headers to the response of this request, except those that the response sets itself. None may be pending yet. */
export function setPendingHeaders(context: Context, headers: readonly string[]): void {
  headOf(context).push(...headers);
}

/** Adds a header to the response of this request, unless the response sets it itself. */
export function setPendingHeader(context: Context, name: string, value: string): void {
  const head = headOf(context);
  const at = placeOf(name, head);
  if (at === -1) head.push(name, value);
  else head[at + 1] = value;
}

/** For responses that Koa writes, such as pages: sets the pending headers that the response has not set itself. */
export function applyHead(context: Context): void {
  const { res } = context;
  if (res.headersSent) return;
  const head = headOf(context);
  for (let at = 0; at < head.length; at += 2) {
    const [name = '', value = ''] = head.slice(at, at + 2);
    if (!res.hasHeader(name)) res.setHeader(name, value);
  }
}

/** A value for `Vary` (RFC 9110 §12.5.5): `names` and the pending ones. */
export function varyingBy({ res }: Context, names: string): string {
  const named = res.getHeader('vary');
  return named === undefined ? names : `${String(named)}, ${names}`;
}

/** Writes a response without Koa, which would set each header separately and iterate over them again. */
export function writeAnswer(
  context: Context,
  { status, headers, body }: Readonly<{ status: number; headers: readonly string[]; body: string | null }>,
): void {
  const fields = headers.slice();
  const head = headOf(context);
  for (let at = 0; at < head.length; at += 2)
    if (placeOf(head[at], headers) === -1) fields.push(head[at] ?? '', head[at + 1] ?? '');
  // 204 and 304 have no Content-Length (RFC 9110 §8.6).
  if (status !== 204 && status !== 304)
    fields.push('Content-Length', String(body === null ? 0 : Buffer.byteLength(body)));
  context.respond = false;
  context.res.writeHead(status, fields);
  if (body === null || context.method === 'HEAD') context.res.end();
  else context.res.end(body);
}
