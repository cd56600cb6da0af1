import type { SchemaObject } from 'openapi3-ts/oas31';
import { z } from 'zod';

type Json = Record<string, unknown>;

/** `input` describes requests, `output` replies. */
export type Direction = 'input' | 'output';

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Removes the bounds of safe integers and the patterns beside formats, which zod adds, because they make the document harder to read. */
function tidy(schema: Json): void {
  const stated = schema['openapi'];
  if (isRecord(stated)) {
    const { description, example } = schema;
    for (const key of Object.keys(schema)) Reflect.deleteProperty(schema, key);
    Object.assign(
      schema,
      { ...(description !== undefined && { description }) },
      { ...(example !== undefined && { example }) },
      stated,
    );
    return;
  }
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['format'] !== undefined && schema['format'] !== 'email') delete schema['pattern'];
}

const LOCAL = '#/$defs/';
const SHARED = '#/components/schemas/';

function pointToComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointToComponents);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string' ? item.replace(LOCAL, SHARED) : pointToComponents(item),
    ]),
  );
}

/** Collects named schemas (`.meta({ id })`), so that each occurs in the document once. */
export class Components {
  readonly schemas = new Map<string, SchemaObject>();

  add(name: string, schema: Json): void {
    const known = this.schemas.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`two different schemas are called ${name}`);
    this.schemas.set(name, schema);
  }

  /** The JSON Schema of `schema`: a reference if it has a name. */
  describe(schema: z.ZodType, io: Direction): SchemaObject | { $ref: string } {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      override: ({ jsonSchema }) => {
        tidy(jsonSchema);
      },
    }) as Json;
    for (const [name, definition] of Object.entries($defs as Record<string, Json>)) {
      const { id: _id, ...body } = definition;
      this.add(name, pointToComponents(body) as Json);
    }
    const { id: name, ...body } = root;
    const described = pointToComponents(body) as Json;
    if (typeof name !== 'string') return described;
    this.add(name, described);
    return { $ref: SHARED + name };
  }
}
