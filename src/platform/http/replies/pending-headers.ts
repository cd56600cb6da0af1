import type { Context } from 'koa';

/**
 * Headers that are known before there is an answer, as name, value, name, value …; none is there twice. They are written
 * with the answer in one go: set on the response one by one, they would cost more than finding a product does.
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

/** Every answer to this request will have them, except where it has one of its own. None may be there yet. */
export function setPendingHeaders(context: Context, headers: readonly string[]): void {
  headOf(context).push(...headers);
}

/** Every answer to this request will have it from now on, unless it has one of its own. */
export function setPendingHeader(context: Context, name: string, value: string): void {
  const head = headOf(context);
  const at = placeOf(name, head);
  if (at === -1) head.push(name, value);
  else head[at + 1] = value;
}

/** For answers that Koa writes, such as pages: sets what the answer has not set itself. */
export function applyHead(context: Context): void {
  const { res } = context;
  if (res.headersSent) return;
  const head = headOf(context);
  for (let at = 0; at < head.length; at += 2) {
    const [name = '', value = ''] = head.slice(at, at + 2);
    if (!res.hasHeader(name)) res.setHeader(name, value);
  }
}

/** A value for `Vary` (RFC 9110 §12.5.5): these, and what was named before. */
export function varyingBy({ res }: Context, names: string): string {
  const named = res.getHeader('vary');
  return named === undefined ? names : `${String(named)}, ${names}`;
}

/** Writes a whole answer past Koa, which would set its headers one by one, and look through them again. */
export function writeAnswer(
  context: Context,
  { status, headers, body }: Readonly<{ status: number; headers: readonly string[]; body: string | null }>,
): void {
  const fields = headers.slice();
  const head = headOf(context);
  for (let at = 0; at < head.length; at += 2)
    if (placeOf(head[at], headers) === -1) fields.push(head[at] ?? '', head[at + 1] ?? '');
  // Neither 204 nor 304 says how long what it does not have is (RFC 9110 §8.6).
  if (status !== 204 && status !== 304)
    fields.push('Content-Length', String(body === null ? 0 : Buffer.byteLength(body)));
  context.respond = false;
  context.res.writeHead(status, fields);
  if (body === null || context.method === 'HEAD') context.res.end();
  else context.res.end(body);
}
