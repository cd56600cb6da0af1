import type { Context } from 'koa';
import { entityTag, matchesNoneOf, textTag } from '../requests/etag.js';
import { writeAnswer } from './pending-headers.js';

/** A complete response, ready to be sent or stored under an Idempotency-Key. */
export type Answer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}>;

const JSON_TYPE = 'application/json; charset=utf-8';

/** A response without content. */
export const emptyAnswer = (status: number): Answer => ({ status, headers: {}, body: null });

/** A JSON response; a body with a version also gets an ETag. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const version =
    typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number'
      ? value.version
      : null;
  const json = JSON.stringify(value);
  return serializedAnswer(status, json, {
    ...(version !== null && { ETag: entityTag(version, json) }),
    ...headers,
  });
}

/** A JSON response from serialized JSON. */
export const serializedAnswer = (
  status: number,
  json: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status, headers: { 'Content-Type': JSON_TYPE, ...headers }, body: json });

/** A text of another media type, for download as `fileName`. */
export const fileAnswer = (
  status: number,
  file: Readonly<{ type: string; fileName: string; text: string }>,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: {
    'Content-Type': `${file.type}; charset=utf-8`,
    'Content-Disposition': `attachment; filename="${file.fileName}"`,
    ...headers,
  },
  body: file.text,
});

/** A text of another media type, for display; `conditional` adds an ETag. */
export const textAnswer = (
  status: number,
  { type, text, conditional }: Readonly<{ type: string; text: string; conditional: boolean }>,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: {
    'Content-Type': `${type}; charset=utf-8`,
    ...(conditional && { ETag: textTag(text) }),
    ...headers,
  },
  body: text,
});

/** Writes the response; a GET or HEAD whose `If-None-Match` has the current tag gets 304 without content. */
export function send(context: Context, { status, headers, body }: Answer): void {
  const fields: string[] = [];
  for (const name in headers) fields.push(name, headers[name] ?? '');
  const tag = headers['ETag'];
  const conditional = tag === undefined ? '' : context.get('if-none-match');
  const reads = context.method === 'GET' || context.method === 'HEAD';
  if (reads && tag !== undefined && conditional !== '' && matchesNoneOf(conditional, tag)) {
    const type = fields.indexOf('Content-Type');
    if (type !== -1) fields.splice(type, 2);
    writeAnswer(context, { status: 304, headers: fields, body: null });
  } else writeAnswer(context, { status, headers: fields, body });
}
