import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export type Schema = Readonly<{
  $ref?: string;
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
}>;

export type Parameter = Readonly<{
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: Schema;
  example?: string;
}>;

/** One operation of the document with its references followed. */
export type Operation = Readonly<{
  id: string;
  method: string;
  template: string;
  /** The least role; undefined for an operation that is no route of the API, such as a page. */
  allow: string | undefined;
  needsToken: boolean;
  parameters: readonly Parameter[];
  /** `types` are the accepted media types. Only JSON bodies are examined. */
  body?: Readonly<{
    required: boolean;
    schema: Schema | undefined;
    types: readonly string[];
    example: unknown;
  }>;
  /** The methods that the path supports: `GET`, `HEAD`… */
  methodsOfPath: readonly string[];
}>;

type RawMedia = { schema?: Schema; example?: unknown };
type RawOperation = {
  operationId: string;
  'x-praxis-allow'?: string;
  security?: object[];
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required?: boolean; content: Record<string, RawMedia> };
};
export type RawDocument = { paths: Record<string, Record<string, RawOperation>>; components: object };

type Check = (value: unknown) => boolean;

/** The served document, read as a client would read it: no route is known by its name. */
export class ServedDocument {
  readonly operations: readonly Operation[];
  readonly #ajv = addFormats.default(new Ajv2020({ strict: false, validateFormats: true }));
  readonly #checks = new WeakMap<Schema, Check>();

  constructor(private readonly raw: RawDocument) {
    this.#ajv.addSchema(raw, 'praxis');
    this.operations = Object.entries(raw.paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => this.#read(template, method, operation)),
    );
  }

  /** Follows a reference into the document. */
  resolve<Found extends object>(value: Found | Readonly<{ $ref: string }>): Found {
    if (!('$ref' in value) || typeof value.$ref !== 'string') return value as Found;
    let found: unknown = this.raw;
    for (const part of value.$ref.slice(2).split('/')) found = (found as Record<string, unknown>)[part];
    return found as Found;
  }

  /** Whether the schema allows the value. */
  allows(schema: Schema, value: unknown): boolean {
    let check = this.#checks.get(schema);
    if (check === undefined) {
      const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"praxis#/')) as object;
      check = this.#ajv.compile(absolute) as Check;
      this.#checks.set(schema, check);
    }
    return check(value);
  }

  /** As `allows`, for a value that is text in the request: `"3"` is an integer, `"true"` a boolean. */
  allowsText(schema: Schema, text: string): boolean {
    const { type } = this.resolve(schema);
    if (type === 'integer' || type === 'number')
      return text.trim() !== '' && this.allows(schema, Number(text));
    if (type === 'boolean') return text === 'true' || text === 'false';
    return this.allows(schema, text);
  }

  #read(template: string, method: string, operation: RawOperation): Operation {
    const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
    return {
      id: operation.operationId,
      method: method.toUpperCase(),
      template,
      allow: operation['x-praxis-allow'],
      needsToken:
        (operation.security ?? []).length > 0 && operation.security!.every((way) => 'accessToken' in way),
      parameters: (operation.parameters ?? []).map((parameter) => this.resolve<Parameter>(parameter)),
      ...(operation.requestBody !== undefined && {
        body: {
          required: operation.requestBody.required === true,
          schema: type === 'application/json' ? media?.schema : undefined,
          types: Object.keys(operation.requestBody.content),
          example: media?.example,
        },
      }),
      methodsOfPath: Object.keys(this.raw.paths[template]!).map((name) => name.toUpperCase()),
    };
  }
}
