import type { HeadersObject, ParameterObject, ReferenceObject } from 'openapi3-ts/oas31';
import { z } from 'zod';

export const PROBLEM = z
  .looseObject({
    type: z.string().meta({ format: 'uri-reference', description: 'Leads to a page that explains the code' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'JSON Pointer (RFC 6901)' }),
          detail: z.string(),
        }),
      )
      .max(20)
      .optional()
      .meta({ description: 'At most 20, although more may be wrong' }),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457).' });

const header = (description: string, example?: string) => ({
  description,
  schema: { type: 'string' as const },
  ...(example !== undefined && { example }),
});

export const SHARED_HEADERS: HeadersObject = {
  'X-Request-Id': header('The id of this request, in the log too.'),
  ETag: header(
    '`"<version>.<digest>"`; send it back as If-Match or If-None-Match.',
    '"3.pFhY1q2o9bQ8vXy0a1B2cd"',
  ),
  Location: header('Where the new object can be found.'),
  Link: header('`rel="next"` where there is another page (RFC 8288).'),
  'Retry-After': header('Seconds to wait.', '1'),
  RateLimit: header(
    'What is left of the limit (draft-ietf-httpapi-ratelimit-headers).',
    '"client";r=2999;t=42',
  ),
  'RateLimit-Policy': header('The limit.', '"client";q=3000;w=60'),
  'Idempotent-Replayed': header('`true` when this answer was given before, to the same key.'),
};

export const headerRefs = (...names: string[]): HeadersObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

export const SHARED_PARAMETERS: Readonly<Record<string, ParameterObject>> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'A fresh UUID for each new request, the same one for its retries. Kept 24 hours.',
    required: false,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  IdempotencyKeyRequired: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'A fresh UUID for each new request, the same one for its retries. Kept 24 hours.',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag of what you read, or `*` for whatever is there.',
    required: true,
    schema: { type: 'string', minLength: 1 },
  },
  IfMatchOptional: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag of what you read; honoured where it is given.',
    required: false,
    schema: { type: 'string', minLength: 1 },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of what you have: 304 if nothing changed.',
    required: false,
    schema: { type: 'string' },
  },
};

export const parameterRef = (name: string): ReferenceObject => ({ $ref: `#/components/parameters/${name}` });
