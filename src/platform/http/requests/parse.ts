import type { z } from 'zod';
import { DomainError, type FieldFault } from '../../../kernel/errors.js';
import { malformedRequest, ProtocolError } from '../replies/protocol-error.js';

/** `~` and `/` in a key are escaped (RFC 6901 §3). */
const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The maximum of reported faults, so that a response is never much larger than its request. */
const MAX_FAULTS = 20;

function faultsOf(error: z.ZodError, prefix = ''): FieldFault[] {
  // One issue can contain many faults, so the result is limited again.
  return error.issues
    .slice(0, MAX_FAULTS)
    .flatMap((issue) => {
      if (issue.code === 'unrecognized_keys')
        return issue.keys.slice(0, MAX_FAULTS).map((key) => ({
          pointer: prefix + pointerTo([...issue.path, key]),
          detail: 'is not a known field',
        }));
      if (issue.code === 'invalid_union' && issue.errors.length === 1 && issue.errors[0])
        return issue.errors[0].map(({ path, message }) => ({
          pointer: prefix + pointerTo([...issue.path, ...path]),
          detail: message,
        }));
      return [{ pointer: prefix + pointerTo(issue.path), detail: issue.message }];
    })
    .slice(0, MAX_FAULTS);
}

/** Validates a body: 422 `validation` with one entry for each fault. */
export function parseBody(schema: z.ZodType, body: unknown): unknown {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const errors = faultsOf(result.error);
  throw new DomainError('invalid', 'validation', 'Some fields of the body are not valid.', { errors });
}

function decode(part: string): string {
  try {
    const decoded = decodeURIComponent(part.replaceAll('+', ' '));
    if (!decoded.includes('\u0000')) return decoded;
  } catch {
    // reported below
  }
  throw new ProtocolError('malformed-request', 'The query string is not percent-encoded UTF-8.');
}

/** Reads a query string strictly: invalid encoding and duplicate parameters are faults. */
export function readQuery(querystring: string): Record<string, string> {
  const query = new Map<string, string>();
  for (const pair of querystring.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    if (query.has(name))
      throw malformedRequest([{ pointer: pointerTo(['query', name]), detail: 'is given twice' }]);
    query.set(name, equals === -1 ? '' : decode(pair.slice(equals + 1)));
  }
  return Object.fromEntries(query);
}

/** Validates the query: 400 `malformed-request`; an unknown parameter is one of the faults. */
export function parseQuery(
  schema: z.ZodType,
  query: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const result = schema.safeParse(query);
  if (result.success) return result.data as Record<string, unknown>;
  throw malformedRequest(faultsOf(result.error, '/query'));
}

/** Validates path parameters: a malformed id answers 404 like an unknown one. */
export function parseParams(schema: z.ZodType, params: Readonly<Record<string, string>>): unknown {
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  throw new DomainError('not_found', 'not-found', 'There is no such thing.');
}
