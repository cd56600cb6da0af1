import {
  OpenApiBuilder,
  type HeadersObject,
  type OpenAPIObject,
  type OperationObject,
  type ParameterObject,
  type ReferenceObject,
  type ResponseObject,
  type ResponsesObject,
} from 'openapi3-ts/oas31';
import { z } from 'zod';
import type { Page } from '../http/pages/pages.js';
import type { ProblemCatalog } from '../http/replies/problem-catalog.js';
import { preconditionOf } from '../http/routing/route-handler.js';
import { problemCodesOf } from '../http/routing/route-problems.js';
import type { Access, Route } from '../http/routing/route.js';
import { pageParameters } from '../http/requests/schemas.js';
import { megabytes, type UploadRules } from '../http/requests/upload.js';
import { Components } from './json-schema.js';

const PROBLEM = z
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

const WHO: Readonly<Record<Access, string>> = {
  anyone: 'Open to everybody.',
  member: 'For every signed-in user.',
  staff: 'For staff and admins.',
  admin: 'For admins.',
};

const header = (description: string, example?: string) => ({
  description,
  schema: { type: 'string' as const },
  ...(example !== undefined && { example }),
});

const SHARED_HEADERS: HeadersObject = {
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

const headerRefs = (...names: string[]): HeadersObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const SHARED_PARAMETERS: Readonly<Record<string, ParameterObject>> = {
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

const parameterRef = (name: string): ReferenceObject => ({ $ref: `#/components/parameters/${name}` });

const componentName = (operationId: string, suffix: string): string => capitalized(operationId) + suffix;

const pascalCase = (code: string): string =>
  code.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

class DocumentWriter {
  readonly components = new Components();
  /** Problem responses by name; operations with the same codes share one response. */
  readonly responses = new Map<string, ResponseObject>();

  constructor(private readonly catalog: ProblemCatalog) {}

  /** One response for each status; it lists the codes and constrains `code`. */
  private problemResponses(codes: Iterable<string>): ResponsesObject {
    const byStatus = new Map<number, string[]>();
    for (const code of codes) {
      const status = this.catalog[code]?.status;
      if (status === undefined) throw new Error(`nobody explains the problem ${code}`);
      byStatus.set(status, [...(byStatus.get(status) ?? []), code].sort());
    }
    return Object.fromEntries(
      [...byStatus].map(([status, statusCodes]) => {
        const name = statusCodes.map(pascalCase).join('Or');
        if (!this.responses.has(name)) this.responses.set(name, this.problemResponse(status, statusCodes));
        return [String(status), { $ref: `#/components/responses/${name}` }];
      }),
    );
  }

  private problemResponse(status: number, codes: readonly string[]): ResponseObject {
    const waits = status === 429 || status === 503;
    return {
      description: codes.map((code) => `\`${code}\`: ${this.catalog[code]?.title ?? ''}`).join('. '),
      headers: headerRefs('X-Request-Id', ...(waits ? ['Retry-After'] : [])),
      content: {
        'application/problem+json': {
          schema: {
            allOf: [
              { $ref: '#/components/schemas/Problem' },
              { type: 'object', properties: { code: { enum: [...codes] }, status: { const: status } } },
            ],
          },
          examples: Object.fromEntries(
            codes.map((code) => [
              code,
              {
                value: {
                  type: `/problems/${code}`,
                  title: this.catalog[code]?.title,
                  status,
                  detail: this.catalog[code]?.explanation,
                  instance: '/v1/…',
                  code,
                  requestId: '5f0c2f7e-3c1c-4a3f-9d57-2f2c9b7f8f11',
                },
              },
            ]),
          ),
        },
      },
    };
  }

  private parametersOf(route: Route): (ParameterObject | ReferenceObject)[] {
    const inPath = Object.entries(route.params?.shape ?? {}).map(([name, schema]) =>
      this.parameter('path', name, schema as z.ZodType, route.example?.params?.[name]),
    );
    const inQuery = Object.entries({
      ...route.query?.shape,
      ...(route.items !== undefined && pageParameters),
    }).map(([name, schema]) =>
      this.parameter('query', name, schema as z.ZodType, route.example?.query?.[name]),
    );
    const precondition = preconditionOf(route);
    return [
      ...inPath,
      ...inQuery,
      ...(route.method === 'post'
        ? [parameterRef(route.idempotency === 'required' ? 'IdempotencyKeyRequired' : 'IdempotencyKey')]
        : []),
      ...(precondition === 'none'
        ? []
        : [parameterRef(precondition === 'required' ? 'IfMatch' : 'IfMatchOptional')]),
      ...(this.isConditional(route) ? [parameterRef('IfNoneMatch')] : []),
    ];
  }

  private parameter(
    place: 'path' | 'query',
    name: string,
    schema: z.ZodType,
    example?: string,
  ): ParameterObject {
    const described = this.components.describe(schema, 'input');
    const { description, ...rest } = { description: undefined, ...described };
    return {
      name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      ...(typeof description === 'string' && { description }),
      schema: rest,
      ...(example !== undefined && { example }),
    };
  }

  private carriesVersion(route: Route): boolean {
    return route.reply instanceof z.ZodObject && 'version' in route.reply.shape;
  }

  /** Whether the operation may answer 304. */
  private isConditional(route: Route): boolean {
    return route.conditional === true || (this.carriesVersion(route) && route.method === 'get');
  }

  private success(route: Route, status = route.status): ResponseObject {
    const limits = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];
    const replayed = route.method === 'post' ? ['Idempotent-Replayed'] : [];
    if (route.items !== undefined) {
      const item = this.components.describe(route.items, 'output');
      return {
        description: 'A page of the list.',
        headers: headerRefs(...limits, 'Link'),
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: { items: { type: 'array', items: item }, nextCursor: { type: ['string', 'null'] } },
              required: ['items', 'nextCursor'],
              additionalProperties: false,
            },
            ...(route.example?.reply !== undefined && { example: route.example.reply }),
          },
        },
      };
    }
    if (route.contentType !== undefined)
      return {
        description: 'The text.',
        headers: headerRefs(...limits, ...(route.conditional === true ? ['ETag'] : [])),
        content: { [route.contentType]: { schema: { type: 'string' } } },
      };
    if (route.reply === undefined)
      return {
        description: route.status === 202 ? 'Accepted; there is nothing more to say.' : 'Done.',
        headers: headerRefs(...limits, ...replayed),
      };
    return {
      description: status === 201 ? 'Created.' : status === 202 ? 'Accepted.' : 'The object.',
      headers: headerRefs(
        ...limits,
        ...replayed,
        ...(this.carriesVersion(route) ? ['ETag'] : []),
        ...(route.location === undefined || status !== route.status ? [] : ['Location']),
      ),
      content: {
        'application/json': {
          schema: this.components.describe(route.reply, 'output'),
          ...(route.example?.reply !== undefined && { example: route.example.reply }),
        },
        ...Object.fromEntries(
          Object.keys(route.alternatives ?? {}).map((type) => [
            type,
            { schema: { type: 'string' as const } },
          ]),
        ),
      },
    };
  }

  operation(route: Route): OperationObject {
    const parameters = this.parametersOf(route);
    return {
      operationId: route.operationId,
      tags: [route.tag],
      summary: route.summary,
      description: [route.description, WHO[route.allow]].filter((part) => part !== undefined).join('\n\n'),
      'x-praxis-allow': route.allow,
      security:
        route.allow === 'anyone'
          ? route.identify === true
            ? [{}, { accessToken: [] }]
            : []
          : [{ accessToken: [] }],
      ...(parameters.length > 0 && { parameters }),
      ...(route.body !== undefined && { requestBody: this.requestBody(route, route.body) }),
      ...(route.upload !== undefined && {
        requestBody: {
          required: true,
          content: {
            [route.upload.contentType]: {
              schema: { type: 'string' as const, description: describeUpload(route.upload) },
              ...(route.example?.body !== undefined && { example: route.example.body }),
            },
          },
        },
      }),
      responses: {
        [String(route.status)]: this.success(route),
        ...Object.fromEntries(
          (route.alsoStatus ?? []).map((status) => [String(status), this.success(route, status)]),
        ),
        ...(this.isConditional(route) && {
          '304': { description: 'Nothing has changed.', headers: headerRefs('ETag') },
        }),
        ...(route.moves === true && {
          '308': { description: 'It has another address by now.', headers: headerRefs('Location') },
        }),
        ...this.problemResponses(problemCodesOf(route)),
      },
    };
  }

  private requestBody(route: Route, body: z.ZodType): NonNullable<OperationObject['requestBody']> {
    const named =
      body.meta()?.id === undefined ? body.meta({ id: componentName(route.operationId, 'Request') }) : body;
    return {
      required: route.bodyOptional !== true,
      content: {
        'application/json': {
          schema: this.components.describe(named, 'input'),
          ...(route.example?.body !== undefined && { example: route.example.body }),
        },
      },
    };
  }

  pageOperation(page: Page): OperationObject {
    return {
      operationId: page.operationId,
      tags: ['operations'],
      summary: page.summary,
      security: [],
      ...(page.parameters !== undefined && {
        parameters: page.parameters.map((name) => ({
          name,
          in: 'path' as const,
          required: true,
          schema: { type: 'string' as const },
        })),
      }),
      responses: {
        '200': {
          description: 'The answer.',
          headers: headerRefs('X-Request-Id', 'RateLimit', 'RateLimit-Policy'),
          content: {
            [page.contentType]: {
              schema: page.contentType === 'application/json' ? { type: 'object' } : { type: 'string' },
            },
          },
        },
        ...(page.operationId === 'getOpenApiDocument' && { '304': { description: 'Nothing has changed.' } }),
        ...this.problemResponses([
          'rate-limited',
          'internal',
          ...(page.unavailable === true ? ['unavailable'] : []),
          ...(page.parameters === undefined ? [] : ['not-found']),
        ]),
      },
    };
  }
}

const describeUpload = ({ limitBytes }: UploadRules): string => `At most ${megabytes(limitBytes)}.`;

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const sortedByName = <Value>(entries: ReadonlyMap<string, Value>): [string, Value][] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

export type DocumentOptions = Readonly<{
  routes: readonly Route[];
  pages: readonly Page[];
  catalog: ProblemCatalog;
  version: string;
  description: string;
  tags: readonly Readonly<{ name: string; description: string }>[];
}>;

/** Writes the OpenAPI 3.1 document from the route objects that serve the requests. The output is deterministic. */
export function writeDocument(options: DocumentOptions): OpenAPIObject {
  const writer = new DocumentWriter(options.catalog);
  writer.components.describe(PROBLEM, 'input');
  const builder = OpenApiBuilder.create()
    .addOpenApiVersion('3.1.0')
    .addInfo({
      title: 'Praxis',
      version: options.version,
      description: options.description,
      license: { name: 'MIT', identifier: 'MIT' },
    })
    .addServer({ url: '/', description: 'This server' })
    .addSecurityScheme('accessToken', {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        'The `accessToken` of a session, as `Authorization: Bearer …`. Lasts 15 minutes; refresh the session for another.',
    });
  for (const tag of options.tags) builder.addTag({ ...tag, 'x-displayName': capitalized(tag.name) });

  const paths = new Map<string, Record<string, OperationObject>>();
  const addOperation = (path: string, method: string, operation: OperationObject): void => {
    paths.set(path, { ...paths.get(path), [method]: operation });
  };
  for (const route of options.routes) addOperation(route.path, route.method, writer.operation(route));
  for (const page of options.pages)
    if (page.hidden !== true) addOperation(page.path, 'get', writer.pageOperation(page));
  for (const [path, operations] of paths) builder.addPath(path, operations);
  for (const [name, response] of sortedByName(writer.responses)) builder.addResponse(name, response);
  for (const [name, schema] of sortedByName(writer.components.schemas)) builder.addSchema(name, schema);

  const written = JSON.stringify(builder.getSpec());
  const isUsed = (kind: string, name: string): boolean => written.includes(`"#/components/${kind}/${name}"`);
  for (const [name, parameter] of Object.entries(SHARED_PARAMETERS))
    if (isUsed('parameters', name)) builder.addParameter(name, parameter);
  for (const [name, definition] of Object.entries(SHARED_HEADERS))
    if (isUsed('headers', name)) builder.addHeader(name, definition);
  return builder.getSpec();
}
