import { OpenApiBuilder, type OpenAPIObject, type OperationObject } from 'openapi3-ts/oas31';
import type { Page } from '../http/pages/pages.js';
import type { ProblemCatalog } from '../http/replies/problem-catalog.js';
import type { Route } from '../http/routing/route.js';
import { capitalized } from './capitalized.js';
import { Components } from './json-schema.js';
import { OperationWriter } from './operation-writer.js';
import { ProblemResponses } from './problem-responses.js';
import { PROBLEM, SHARED_HEADERS, SHARED_PARAMETERS } from './shared-components.js';

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
  const components = new Components();
  const problems = new ProblemResponses(options.catalog);
  const writer = new OperationWriter(components, problems);
  components.describe(PROBLEM, 'input');
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
  for (const [name, response] of sortedByName(problems.responses)) builder.addResponse(name, response);
  for (const [name, schema] of sortedByName(components.schemas)) builder.addSchema(name, schema);

  const written = JSON.stringify(builder.getSpec());
  const isUsed = (kind: string, name: string): boolean => written.includes(`"#/components/${kind}/${name}"`);
  for (const [name, parameter] of Object.entries(SHARED_PARAMETERS))
    if (isUsed('parameters', name)) builder.addParameter(name, parameter);
  for (const [name, definition] of Object.entries(SHARED_HEADERS))
    if (isUsed('headers', name)) builder.addHeader(name, definition);
  return builder.getSpec();
}
