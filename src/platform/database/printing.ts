import { Printed } from '../../kernel/printed.js';

/**
 * SQL expressions that print JSON by putting text together, in half the time that json_build_object takes and to the
 * byte as JSON.stringify would. An expression is NULL where its column is; `nullable` and `optional` say what then.
 * Columns and names are the programmer's; nothing of a request may get into them.
 */
export type Printing = Readonly<{ sql: string; optional?: true }>;

const of = (sql: string): Printing => ({ sql });
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Whole numbers that JavaScript counts exactly, and booleans. */
export const plain = (column: string): Printing => of(`(${column})::text`);
/** What holds nothing that JSON would escape: ids, enumerations. */
export const quoted = (column: string): Printing => of(`('"' || ${column} || '"')`);
/** Any text. */
export const text = (column: string): Printing => of(`to_json(${column})::text`);
/** Arrays, of text or numbers. */
export const array = (column: string): Printing => of(`array_to_json(${column})::text`);
/** `2026-11-21T09:00:00.000Z`; the session's time zone is UTC. */
export const instant = (column: string): Printing =>
  of(`to_char(${column}, '"\\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\\""')`);
/** Minor units and a currency, which may be a parameter. */
export const money = (column: string, currency: string): Printing =>
  of(`('{"amount":' || ${column} || ',"currency":"' || ${currency} || '"}')`);
export const nullable = ({ sql }: Printing): Printing => of(`coalesce(${sql}, 'null')`);
/** A field that is left out where it is NULL; never the first of its object. */
export const optional = ({ sql }: Printing): Printing => ({ sql, optional: true });

/** `from` is what follows FROM. */
export const listOf = (
  item: Printing,
  { from, order }: Readonly<{ from: string; order: string }>,
): Printing =>
  of(`('[' || coalesce((SELECT string_agg(${item.sql}, ',' ORDER BY ${order}) FROM ${from}), '') || ']')`);

/** What a statement printed. Text put together with a NULL is NULL, which is the statement's fault. */
export function printedRow(
  what: string,
  { id, json, version }: Readonly<{ id: string; json: string | null; version?: number }>,
): Printed {
  if (json === null) throw new Error(`${what} ${id} could not be printed`);
  return new Printed(json, version);
}

/** Fields in this order. */
export function object(fields: Readonly<Record<string, Printing>>): Printing {
  const parts: string[] = [];
  let pending = '{';
  let separator = '';
  for (const [name, { sql, optional: isOptional }] of Object.entries(fields)) {
    const key = `${separator}${JSON.stringify(name)}:`;
    if (isOptional === true) {
      if (separator === '') throw new Error(`${name} is optional and first`);
      if (pending !== '') parts.push(literal(pending));
      parts.push(`coalesce(${literal(key)} || ${sql}, '')`);
      pending = '';
    } else {
      parts.push(literal(pending + key), sql);
      pending = '';
    }
    separator = ',';
  }
  parts.push(literal(`${pending}}`));
  return of(`(${parts.join(' || ')})`);
}
