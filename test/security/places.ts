import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ServedDocument, type Operation, type RawDocument, type Schema } from '../fuzz/document.js';
import type { Answer, TestPraxis } from '../support/praxis.js';

export const readDocument = async (praxis: TestPraxis): Promise<ServedDocument> =>
  new ServedDocument((await (await fetch(`${praxis.url}/openapi.json`)).json()) as RawDocument);

/** A request made of the examples in the document. */
export type Sample = {
  path: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
};

const exampleOf = (schema: Schema, example: string | undefined): string =>
  example ?? (schema.format === 'uuid' ? '019aa5b2-7c00-7000-8000-0000000000ff' : 'x');

export function sampleOf({ parameters, body }: Operation): Sample {
  const placed = (place: string, required: boolean) =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === place && (parameter.required || !required))
        .map(({ name, schema, example }) => [name, exampleOf(schema, example)]),
    );
  const headers: Record<string, string> = { 'Idempotency-Key': randomUUID(), 'If-Match': '*' };
  return { path: placed('path', true), query: placed('query', true), headers, body: body?.example };
}

export function send(
  praxis: TestPraxis,
  token: string | undefined,
  operation: Operation,
  sample: Sample,
): Promise<Answer> {
  const path = operation.template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(sample.path[name] ?? 'x'),
  );
  const query = new URLSearchParams(sample.query).toString();
  return praxis.call(operation.method, query === '' ? path : `${path}?${query}`, {
    token,
    headers: sample.headers,
    ...(sample.body !== undefined && { body: sample.body }),
  });
}

/** The places of a JSON value that hold text, and of those that hold objects, as paths. */
export function placesOf(
  value: unknown,
  kind: 'text' | 'object',
  at: readonly string[] = [],
): (readonly string[])[] {
  if (typeof value === 'string') return kind === 'text' ? [at] : [];
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, item]) => placesOf(item, kind, [...at, key]));
  return kind === 'object' && !Array.isArray(value) ? [at, ...inside] : inside;
}

/** A copy with another value at one place. */
export function changed(
  value: unknown,
  [first, ...rest]: readonly string[],
  change: (old: unknown) => unknown,
): unknown {
  if (first === undefined) return change(value);
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[first] = changed(copy[first], rest, change);
  return copy;
}

/** Runs one query as the owner of the tables. */
export async function rowsOf<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
