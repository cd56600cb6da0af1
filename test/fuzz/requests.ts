import fc from 'fast-check';
import type { Operation, Parameter, Schema, ServedDocument } from './document.js';

export const ROLES = ['anonymous', 'member', 'other member', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/**
 * A request before ids are filled in: `«order:3»` stands for the third order that responses have shown. So one seed
 * gives one run, whatever ids the server makes.
 */
/** A query value that begins with it is sent as it is, unencoded. */
export const RAW = '\u0001as it is:';

export type Plan = Readonly<{
  operation: Operation;
  role: Role;
  method: string;
  /** Path parameters: text to be encoded, or `raw` bytes of a URL. */
  path: Readonly<Record<string, string | Readonly<{ raw: string }>>>;
  query: readonly (readonly [string, string])[];
  /** Names may occur twice. */
  headers: readonly (readonly [string, string])[];
  body: string | undefined;
  /** The parsed body; undefined when it has no single meaning (garbage, a duplicate name). */
  json?: unknown;
  contentType: string | undefined;
  spoiled: readonly string[];
}>;

const HOSTILE_TEXT = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00x',
  '\u202eevil\u202c',
  '𝒳😀\u{10ffff}',
  'İıſK',
  '\u200b',
  '\ufeff',
  'x'.repeat(300),
  '😀'.repeat(5_000),
  '"',
  "'; DROP TABLE users; --",
  '${7*7}',
  '../../etc/passwd',
  '%00',
  '%',
  '\r\nX-A: b',
  '<script>alert(1)</script>',
  '=1+1',
  '__proto__',
  'null',
  'NaN',
  '-0',
  '1e400',
  '٣',
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999-23:59',
  '2016-12-31T23:59:60Z',
  '2026-03-29T02:30:00',
  '10000-01-01',
  '00000000-0000-0000-0000-000000000000',
  'FOO+3',
  '{"$gt":""}',
  '$U.t$',
  '*',
];
const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  0.1,
  1.0000000001,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  2 ** 63,
  1e21,
  1e308,
  [],
  [[]],
  {},
  { $ne: null },
  [null],
  { length: -1 },
  { toString: 1 },
  Array.from({ length: 600 }, () => 0),
  ...HOSTILE_TEXT,
];
/** Numbers that JSON can express and a double cannot. */
const HOSTILE_NUMBERS = [
  '1e400',
  '-1e400',
  '123456789012345678901234567890',
  '1E-400',
  '-0.0',
  '9007199254740993',
];
const EXTRA_NAMES = [
  '__proto__',
  'constructor',
  'id',
  'role',
  'version',
  'userId',
  'createdAt',
  '$where',
  '',
  'ünï',
  'passwordHash',
];
const HOSTILE_PATHS = [
  '%00',
  '%C0%AF',
  '%ED%A0%80',
  '%',
  '%2F',
  '..%2f..',
  '%F0%9F%98%80',
  'x'.repeat(3_000),
  '%5Cu0000',
  '*',
  "'",
  '%0d%0aX-A:b',
  '-1',
  '0',
  'undefined',
];
const HOSTILE_QUERIES = [
  '%00',
  '%C0%AF',
  '%',
  '%ED%A0%80',
  '%F0%9F%98%80',
  '[]',
  '%27%20OR%201=1--',
  '+',
  '-1',
  '1e9',
  '%D9%A3',
  'x'.repeat(3_000),
];
const GARBAGE = [
  '',
  '{',
  '[]',
  'null',
  '"text"',
  '0',
  '{} {}',
  '{"a":1,}',
  '\ufeff{}',
  "{'a':1}",
  'NaN',
  '[' + '['.repeat(5_000),
  '{"a":"\\ud800"}',
];
const CONTENT_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/jsonx',
  '',
  'application/problem+json',
  'text/csv',
];
const HEADERS = {
  'If-Match': [
    '"0.x"',
    '"1.x"',
    '"999.x"',
    'W/"1.x"',
    'nonsense',
    '"1.a", "2.b"',
    '""',
    '"99999999999999999999.a"',
  ],
  'If-None-Match': ['*', '"1.x"', 'garbage'],
  'Idempotency-Key': ['k', '"quoted"', 'two words', 'k'.repeat(256), '\u00e9'],
  Authorization: [
    'Bearer',
    'Bearer x',
    'Basic YTpi',
    'Bearer a.b.c',
    'bearer  x y',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
  ],
  Accept: ['text/csv', '*/*;q=0', 'application/xml', ';;;,', '*'],
  'X-Request-Id': ['ok', 'not ok!', 'x'.repeat(200)],
  Prefer: ['x'],
  'Content-Encoding': ['gzip', 'snappy', 'identity'],
  Range: ['bytes=0-0'],
  'X-HTTP-Method-Override': ['DELETE'],
  Expect: ['100-continue'],
} as const satisfies Record<string, readonly string[]>;

/** Fields that only accept values from a response or a mail. */
const SECRET = /^(token|refreshToken|cursor)$/;

const KEBAB = /(?<=[a-z0-9])(?=[A-Z])/g;
export const kebab = (name: string): string => name.replaceAll(KEBAB, '-').toLowerCase();
export const singular = (word: string): string => word.replace(/ies$/, 'y').replace(/s$/, '');

/** Writes are called more often than reads, and deletions less often. */
const often = ({ method }: Operation): number => ({ GET: 2, DELETE: 1 })[method] ?? 4;

const whoMay = ({ allow }: Operation): readonly Role[] =>
  ROLES.slice({ member: 1, staff: 3, admin: 4 }[allow ?? ''] ?? 0);

/** The kind of object that a path parameter names: `/v1/orders/{id}` an order. */
const kindInPath = (template: string, name: string): string =>
  name === 'id'
    ? singular(new RegExp(`([^/]+)/\\{${name}\\}`).exec(template)?.[1] ?? name)
    : kebab(name.replace(/Id$/, ''));

const pick = <Value>(values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const HEX = '0123456789abcdef'.split('');
const uuid = fc
  .string({ unit: fc.constantFrom(...HEX), minLength: 31, maxLength: 31 })
  .map(
    (hex) =>
      `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`,
  );
const known = (kind: string): fc.Arbitrary<string> => fc.nat(40).map((index) => `«${kind}:${index}»`);
const idOf = (kind: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: known(kind) },
    { weight: 1, arbitrary: known('any') },
    { weight: 1, arbitrary: uuid },
  );

const QUARTER_MS = 900_000;
const TODAY_MS = new Date().setUTCHours(0, 0, 0, 0);
const quarters = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((quarter) => new Date(TODAY_MS + quarter * QUARTER_MS).toISOString());
/** Quarters of an hour in the next weeks, where calendars have entries; instants of the years around; any instant. */
const instant = fc.oneof(
  { weight: 6, arbitrary: quarters(0, 28 * 96) },
  { weight: 2, arbitrary: quarters(-35_000, 35_000) },
  {
    weight: 1,
    arbitrary: fc
      .date({
        noInvalidDate: true,
        min: new Date('0001-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59.999Z'),
      })
      .map((date) => date.toISOString()),
  },
);

/** Values that are valid on every server. */
const COMMON_TEXTS = [
  'EUR',
  'Europe/Berlin',
  'order',
  'createdAt',
  '-createdAt',
  'correct-horse-battery',
  'tok_visa_4242',
];

/** Generates values that the document allows. Values of its examples and of earlier responses are the likelier ones. */
export class Requests {
  constructor(private readonly document: ServedDocument) {}

  #text(schema: Schema, name: string): fc.Arbitrary<string> {
    const { minLength = 0, maxLength = 60, pattern, format } = schema;
    if (format === 'uuid') return idOf(kebab(name.replace(/Id$/, '')));
    // Only the start of a slot has to match exactly.
    if (format === 'date-time') return fc.oneof(instant, known('startsAt'));
    if (format === 'date') return instant.map((text) => text.slice(0, 10));
    if (format === 'email')
      return fc.oneof(
        known(name),
        fc.nat(9_999).map((index) => `fuzz-${index}@example.org`),
      );
    const size = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) };
    const free = fc.oneof(
      { weight: 4, arbitrary: fc.string(size) },
      { weight: 2, arbitrary: fc.string({ ...size, unit: 'binary' }) },
      { weight: 1, arbitrary: fc.string({ unit: fc.constant('😀'), minLength: maxLength, maxLength }) },
      { weight: 4, arbitrary: known(name) },
      {
        weight: 2,
        arbitrary: pick(COMMON_TEXTS),
      },
    );
    if (pattern === undefined) return free;
    if (pattern === '\\S')
      return free.map((text) => (/\S/.test(text) ? text : `x${text}`.slice(0, maxLength)));
    if (pattern === '^[A-Z]{3}$')
      return fc.oneof({ weight: 9, arbitrary: fc.constant('EUR') }, pick(['USD', 'JPY', 'XXX']));
    return fc.oneof(known(name), fc.stringMatching(new RegExp(pattern)));
  }

  /** A value that the schema allows; `name` is that of the field or parameter. */
  value(unresolved: Schema, name: string, depth = 0): fc.Arbitrary<unknown> {
    const schema = this.document.resolve(unresolved);
    const ways = schema.anyOf ?? schema.oneOf;
    if (ways !== undefined) return fc.oneof(...ways.map((way) => this.value(way, name, depth)));
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum !== undefined) return pick(schema.enum);
    const types = schema.type === undefined ? [] : [schema.type].flat();
    if (types.length > 1)
      return fc.oneof(...types.map((type) => this.value({ ...schema, type }, name, depth)));
    const [type = 'anything'] = types;
    switch (type) {
      case 'object': {
        const { properties = {}, required = [] } = schema;
        return fc.record(
          Object.fromEntries(
            Object.entries(properties).map(([key, property]) => [key, this.value(property, key, depth + 1)]),
          ),
          { requiredKeys: [...required] },
        );
      }
      case 'array': {
        const { minItems = 0, maxItems = 4 } = schema;
        return fc.array(this.value(schema.items ?? {}, singular(name), depth + 1), {
          minLength: minItems,
          maxLength: Math.max(minItems, Math.min(maxItems, 4)),
        });
      }
      case 'string':
        return this.#text(schema, name);
      case 'integer':
      case 'number': {
        const { minimum: min = -(2 ** 53) + 1, maximum: max = 2 ** 53 - 1 } = schema;
        const near = { min: Math.max(min, 0), max: Math.min(max, 5_000) };
        const integers = fc.integer({ min, max });
        return near.min > near.max
          ? integers
          : fc.oneof(
              { weight: 4, arbitrary: fc.integer({ ...near, max: Math.min(near.max, near.min + 3) }) },
              { weight: 4, arbitrary: fc.integer(near) },
              integers,
              pick([min, max]),
            );
      }
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  /** The example with ids of existing objects, and with some of its fields replaced. */
  #fromExample(schema: Schema, example: unknown, name: string): fc.Arbitrary<unknown> {
    const resolved = this.document.resolve(schema);
    if (Array.isArray(example)) {
      const items = example.map((item) => this.#fromExample(resolved.items ?? {}, item, singular(name)));
      return fc.tuple(...items);
    }
    if (typeof example === 'object' && example !== null) {
      const fields = Object.entries(example).map(([key, item]): [string, fc.Arbitrary<unknown>] => {
        const property = resolved.properties?.[key];
        const kept = this.#fromExample(property ?? {}, item, key);
        return [
          key,
          property === undefined
            ? kept
            : fc.oneof({ weight: 5, arbitrary: kept }, { weight: 1, arbitrary: this.value(property, key) }),
        ];
      });
      const { required = [] } = resolved;
      const needed = fields.map(([key]) => key).filter((key) => required.includes(key));
      const model = Object.fromEntries(fields);
      return fc.oneof(fc.record(model), fc.record(model, { requiredKeys: needed }));
    }
    return resolved.format === 'uuid' || resolved.format === 'date-time' || SECRET.test(name)
      ? fc.oneof(
          { weight: 1, arbitrary: fc.constant(example) },
          { weight: 6, arbitrary: SECRET.test(name) ? known(name) : this.value(resolved, name) },
        )
      : fc.constant(example);
  }

  #body({ body }: Operation): fc.Arbitrary<unknown> {
    if (body === undefined) return fc.constant(undefined);
    if (body.schema === undefined)
      return fc.oneof(fc.constant(body.example ?? ''), fc.string({ unit: 'binary' }));
    const made = this.value(body.schema, '');
    if (body.example === undefined) return made;
    return fc.oneof(
      { weight: 3, arbitrary: this.#fromExample(body.schema, body.example, '') },
      { weight: 2, arbitrary: made },
    );
  }

  #parameter(parameter: Parameter, template: string): fc.Arbitrary<string> {
    const text = this.value(parameter.schema, parameter.name).map(String);
    if (parameter.name === 'Idempotency-Key') return uuid;
    if (parameter.name === 'If-Match')
      return fc.oneof(
        { weight: 3, arbitrary: fc.constant('*') },
        { weight: 1, arbitrary: fc.constant('«etag»') },
      );
    if (parameter.name === 'cursor') return known('nextCursor');
    if (parameter.name === 'If-None-Match') return fc.constant('«etag»');
    if (parameter.in === 'path')
      return fc.oneof(
        { weight: 9, arbitrary: idOf(kindInPath(template, parameter.name)) },
        { weight: 1, arbitrary: text },
      );
    return parameter.example === undefined || parameter.schema.format === 'uuid'
      ? text
      : fc.oneof(fc.constant(parameter.example), text);
  }

  #parameters(operation: Operation, place: Parameter['in']): fc.Arbitrary<Record<string, string>> {
    const here = operation.parameters.filter((parameter) => parameter.in === place);
    const required = here.filter((parameter) => parameter.required).map(({ name }) => name);
    const model = Object.fromEntries(
      here.map((parameter) => [parameter.name, this.#parameter(parameter, operation.template)]),
    );
    const few = Object.fromEntries(Object.entries(model).filter(([name]) => required.includes(name)));
    return fc.oneof(fc.record(few), fc.record(model, { requiredKeys: required }));
  }

  /** A request that the document allows. */
  valid(operation: Operation): fc.Arbitrary<Plan> {
    return fc
      .record({
        role: fc.oneof(
          { weight: 3, arbitrary: pick(whoMay(operation)) },
          { weight: 1, arbitrary: pick(ROLES) },
        ),
        path: this.#parameters(operation, 'path'),
        query: this.#parameters(operation, 'query'),
        headers: this.#parameters(operation, 'header'),
        json: this.#body(operation),
      })
      .map(({ role, path, query, headers, json }) => {
        const isText = operation.body !== undefined && operation.body.schema === undefined;
        return {
          operation,
          role,
          method: operation.method,
          path,
          query: Object.entries(query),
          headers: Object.entries(headers),
          body:
            json === undefined ? undefined : isText && typeof json === 'string' ? json : JSON.stringify(json),
          json,
          contentType: json === undefined ? undefined : operation.body?.types[0],
          spoiled: [],
        };
      });
  }

  any(): fc.Arbitrary<Plan> {
    return pick(
      this.document.operations.flatMap((operation) =>
        Array.from({ length: often(operation) }, () => operation),
      ),
    )
      .chain((operation) => this.valid(operation))
      .chain((plan) =>
        fc.oneof(
          { weight: 6, arbitrary: fc.constant(plan) },
          { weight: 5, arbitrary: spoil(plan) },
          { weight: 1, arbitrary: spoil(plan).chain(spoil) },
        ),
      );
  }
}

/** Every place in a JSON value, as paths; the value itself is the empty one. */
function placesIn(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value)
      .slice(0, 12)
      .flatMap(([key, item]) => placesIn(item, [...at, key])),
  ];
}

const DROPPED = Symbol('dropped');

/** A copy with another value at one place. Uses own properties only, because `__proto__` is a name like any other here. */
function replaced(value: unknown, [first, ...rest]: readonly string[], by: unknown): unknown {
  if (first === undefined) return by === DROPPED ? undefined : by;
  const entries = Object.entries(value as object).filter(([key]) => !(key === first && rest.length === 0));
  const changed = entries.map(([key, item]): [string, unknown] => [
    key,
    key === first ? replaced(item, rest, by) : item,
  ]);
  if (rest.length === 0 && by !== DROPPED) changed.push([first, by]);
  return Array.isArray(value) ? changed.map(([, item]) => item) : Object.fromEntries(changed);
}

const withJson = (plan: Plan, json: unknown): Plan => ({
  ...plan,
  json,
  body: json === undefined ? undefined : JSON.stringify(json),
});

/** A request with one thing wrong or unusual. Whether it may be refused is decided elsewhere. */
function spoil(plan: Plan): fc.Arbitrary<Plan> {
  const and = (how: string, change: Partial<Plan>): Plan => ({
    ...plan,
    ...change,
    spoiled: [...plan.spoiled, how],
  });
  const ways: fc.Arbitrary<Plan>[] = [
    pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND']).map((method) =>
      and('method', { method }),
    ),
    fc.tuple(pick(Object.keys(HEADERS) as (keyof typeof HEADERS)[]), fc.nat()).map(([name, index]) => {
      const values = HEADERS[name];
      return and(`header ${name}`, {
        headers: [...plan.headers.filter(([own]) => own !== name), [name, values[index % values.length]!]],
      });
    }),
    fc
      .tuple(pick([...EXTRA_NAMES, 'limit', 'cursor', 'q']), pick(HOSTILE_TEXT))
      .map(([name, text]) => and('extra parameter', { query: [...plan.query, [name, text]] })),
  ];
  if (plan.headers.length > 0)
    ways.push(
      pick(plan.headers).map((dropped) =>
        and(`no ${dropped[0]}`, { headers: plan.headers.filter((header) => header !== dropped) }),
      ),
      pick(plan.headers).map((twice) => and(`${twice[0]} twice`, { headers: [...plan.headers, twice] })),
    );
  if (plan.query.length > 0) {
    ways.push(
      pick(plan.query).map((twice) => and('parameter twice', { query: [...plan.query, twice] })),
      fc
        .tuple(pick(plan.query), pick(HOSTILE_TEXT))
        .map(([[name], text]) =>
          and(`query ${name}`, { query: plan.query.map((pair) => (pair[0] === name ? [name, text] : pair)) }),
        ),
      fc.tuple(pick(plan.query), pick(HOSTILE_QUERIES)).map(([[name], raw]) =>
        and(`raw query ${name}`, {
          query: plan.query.map((pair) => (pair[0] === name ? [name, RAW + raw] : pair)),
        }),
      ),
    );
  }
  const names = Object.keys(plan.path);
  if (names.length > 0)
    ways.push(
      fc
        .tuple(pick(names), pick(HOSTILE_PATHS))
        .map(([name, raw]) => and(`path ${name}`, { path: { ...plan.path, [name]: { raw } } })),
    );
  if (plan.operation.method !== 'GET') {
    const garbage = fc.tuple(pick(GARBAGE), fc.constant('application/json'));
    ways.push(garbage.map(([body, contentType]) => and('garbage', { body, contentType, json: undefined })));
  }
  if (plan.body === undefined || typeof plan.json !== 'object' || plan.json === null)
    return fc.oneof(...ways);
  const { json, body } = plan;
  const places = placesIn(json);
  const objects = places.filter((place) => {
    const at = place.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], json);
    return typeof at === 'object' && at !== null && !Array.isArray(at);
  });
  const fields = places.slice(1);
  const bodyWays: fc.Arbitrary<Plan>[] = [
    pick(CONTENT_TYPES).map((contentType) => and('content type', { contentType })),
    fc.constant(and('no body', { body: undefined, contentType: undefined, json: undefined })),
    fc
      .tuple(pick(places), pick(HOSTILE_VALUES))
      .map(([place, value]) => and(`body /${place.join('/')}`, withJson(plan, replaced(json, place, value)))),
    fc
      .tuple(pick(EXTRA_NAMES), fc.jsonValue({ maxDepth: 1 }))
      .map(([name, value]) =>
        and(`extra ${name}`, withJson(plan, replaced(json, [...(objects[0] ?? []), name], value))),
      ),
  ];
  if (fields.length > 0) {
    bodyWays.push(
      pick(fields).map((place) =>
        and(`without /${place.join('/')}`, withJson(plan, replaced(json, place, DROPPED))),
      ),
      fc
        .tuple(pick(fields), pick(HOSTILE_TEXT))
        .map(([place, value]) =>
          and(`body /${place.join('/')}`, withJson(plan, replaced(json, place, value))),
        ),
      fc.tuple(pick(fields), pick(HOSTILE_NUMBERS)).map(([place, number]) => {
        const text = JSON.stringify(replaced(json, place, '\u0001')).replace('"\\u0001"', number);
        return and(`number /${place.join('/')}`, { body: text, json: JSON.parse(text) as unknown });
      }),
      pick(fields.filter(({ length }) => length === 1)).map(([name = '']) => {
        const value = JSON.stringify((json as Record<string, unknown>)[name]);
        return and(`${name} twice`, {
          body: `{${JSON.stringify(name)}:${value},${body.slice(1)}`,
          json: undefined,
        });
      }),
    );
  }
  return fc.oneof(...ways, ...bodyWays, ...bodyWays, ...bodyWays);
}
