/**
 * SQL expressions that serialize JSON by concatenating text. They take half the time of json_build_object and give the
 * same bytes as JSON.stringify. An expression is NULL where its column is NULL, unless it is `nullable` or `optional`.
 * Columns and names come from the program; no part of a request may be used as one.
 */
export type JsonExpression = Readonly<{
  sql: string;
  /** The operands of the concatenation. An object joins those of its fields, so that fewer texts are copied. */
  parts?: readonly Part[];
  optional?: true;
  /** The fields of an object, or of the items of a list; a test compares them with the schema of the reply. */
  fields?: Readonly<Record<string, JsonExpression>>;
}>;

type Literal = Readonly<{ literal: string }>;
type Part = Literal | Readonly<{ sql: string }>;

const isLiteral = (part: Part | undefined): part is Literal => part !== undefined && 'literal' in part;
const sqlOf = (part: Part): string =>
  isLiteral(part) ? `'${part.literal.replaceAll("'", "''")}'` : part.sql;

function concatenation(...parts: readonly Part[]): Required<Pick<JsonExpression, 'sql' | 'parts'>> {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (isLiteral(part) && isLiteral(last)) merged.splice(-1, 1, { literal: last.literal + part.literal });
    else merged.push(part);
  }
  return { sql: `(${merged.map(sqlOf).join(' || ')})`, parts: merged };
}

/** Integers that JavaScript represents exactly, and booleans. */
export const plain = (column: string): JsonExpression => ({ sql: `(${column})::text` });
/** Text without a character that JSON escapes: ids, enumerations. */
export const quoted = (column: string): JsonExpression =>
  concatenation({ literal: '"' }, { sql: column }, { literal: '"' });
/** Any text. */
export const text = (column: string): JsonExpression => ({ sql: `to_json(${column})::text` });
/** Arrays of text or numbers. */
export const array = (column: string): JsonExpression => ({ sql: `array_to_json(${column})::text` });
/** `2026-11-21T09:00:00.000Z`; the session's time zone is UTC. */
export const instant = (column: string): JsonExpression => ({
  sql: `to_char(${column}, '"\\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\\""')`,
});
/** `{"amount":…,"currency":…}`: minor units, and a currency that may be a parameter. */
export const money = (column: string, currency: string): JsonExpression =>
  object({ amount: plain(column), currency: quoted(currency) });
/** `null` where the expression is NULL. */
export const nullable = ({ parts: _parts, ...value }: JsonExpression): JsonExpression => ({
  ...value,
  sql: `coalesce(${value.sql}, 'null')`,
});
/** A field that is omitted where the expression is NULL; never the first field of its object. */
export const optional = (value: JsonExpression): JsonExpression => ({ ...value, optional: true });

/** An aggregate of the items of a list, for `listOf`. */
export const itemsOf = (item: JsonExpression, order: string): string =>
  `string_agg(${item.sql}, ',' ORDER BY ${order})`;

/** A list; `items` is SQL for what `itemsOf` has aggregated, NULL when there is none. */
export const listOf = ({ fields }: JsonExpression, items: string): JsonExpression => ({
  ...concatenation({ literal: '[' }, { sql: `coalesce(${items}, '')` }, { literal: ']' }),
  ...(fields && { fields }),
});

/** An object with these fields, in this order. */
export function object(fields: Readonly<Record<string, JsonExpression>>): JsonExpression {
  const parts: Part[] = [{ literal: '{' }];
  let separator = '';
  for (const [name, { sql, parts: own = [{ sql }], optional: isOptional }] of Object.entries(fields)) {
    const key = { literal: `${separator}${JSON.stringify(name)}:` };
    if (isOptional !== true) parts.push(key, ...own);
    else if (separator === '') throw new Error(`${name} is optional and first`);
    else parts.push({ sql: `coalesce(${sqlOf(key)} || ${sql}, '')` });
    separator = ',';
  }
  return { ...concatenation(...parts, { literal: '}' }), fields };
}
