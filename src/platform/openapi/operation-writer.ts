import type { OperationObject, ParameterObject, ReferenceObject, ResponseObject } from 'openapi3-ts/oas31';
import { z } from 'zod';
import type { Page } from '../http/pages/pages.js';
import { pageParameters } from '../http/requests/schemas.js';
import { megabytes, type UploadRules } from '../http/requests/upload.js';
import { preconditionOf } from '../http/routing/route-handler.js';
import { problemCodesOf } from '../http/routing/route-problems.js';
import type { Access, Route } from '../http/routing/route.js';
import { capitalized } from './capitalized.js';
import type { Components } from './json-schema.js';
import type { ProblemResponses } from './problem-responses.js';
import { headerRefs, parameterRef } from './shared-components.js';

const WHO: Readonly<Record<Access, string>> = {
  anyone: 'Open to everybody.',
  member: 'For every signed-in user.',
  staff: 'For staff and admins.',
  admin: 'For admins.',
};

const componentName = (operationId: string, suffix: string): string => capitalized(operationId) + suffix;

const describeUpload = ({ limitBytes }: UploadRules): string => `At most ${megabytes(limitBytes)}.`;

/** Writes the operations of a document; named schemas go to `components`, problem responses to `problems`. */
export class OperationWriter {
  constructor(
    private readonly components: Components,
    private readonly problems: ProblemResponses,
  ) {}

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
        ...this.problems.of(problemCodesOf(route)),
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
        ...this.problems.of([
          'rate-limited',
          'internal',
          ...(page.unavailable === true ? ['unavailable'] : []),
          ...(page.parameters === undefined ? [] : ['not-found']),
        ]),
      },
    };
  }
}
