/** Modules of the build without their optimization, as JavaScript with the same exports. */

/** pg's own query object: PostgreSQL describes the columns at every call. */
const queryOf = (config: string): string => `
import pg from 'pg';
export class PreparedQuery extends pg.Query {
  constructor({ name, text }, values, callback) {
    super(${config}, undefined, (error, result) => callback(error ?? null, result?.rows));
  }
}`;
export const DESCRIBED_QUERY = queryOf('{ name, text, values }');
export const UNNAMED_QUERY = queryOf('{ text, values }');

/** Koa sets each header and sends the body. */
export const KOA_RESPONSES = `
export const setPendingHeader = (context, name, value) => context.set(name, value);
export function setPendingHeaders(context, headers) {
  for (let at = 0; at < headers.length; at += 2) context.set(headers[at], headers[at + 1]);
}
export const applyHead = () => undefined;
export function varyingBy({ res }, names) {
  const named = res.getHeader('vary');
  return named === undefined ? names : named + ', ' + names;
}
export function writeAnswer(context, { status, headers, body }) {
  setPendingHeaders(context, headers);
  context.body = body;
  context.status = status;
}`;

/** json_build_object and json_agg instead of concatenated text. */
export const JSON_FUNCTIONS = `
const of = (json) => ({ json, sql: '(' + json + ')::text' });
const literal = (text) => "'" + text.replaceAll("'", "''") + "'";
export const plain = (column) => of(column);
export const quoted = plain;
export const text = plain;
export const array = plain;
export const instant = (column) => of('to_char(' + column + ', \\'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\\')');
export const money = (column, currency) =>
  of("json_build_object('amount', " + column + ", 'currency', " + currency + ')');
export const nullable = (expression) => expression;
export const optional = (expression) => ({ ...expression, optional: true });
const valueOf = ({ json, sql }) => json ?? '(' + sql + ')::json';
export const itemsOf = (item, order) => 'json_agg(' + valueOf(item) + ' ORDER BY ' + order + ')';
export const listOf = (_item, items) => of("coalesce(" + items + ", '[]'::json)");
const build = (fields) =>
  'json_build_object(' + fields.map(([name, field]) => literal(name) + ', ' + valueOf(field)).join(', ') + ')';
export function object(fields) {
  const all = Object.entries(fields);
  const missing = all.find(([, field]) => field.optional);
  if (missing === undefined) return of(build(all));
  const rest = build(all.filter((field) => field !== missing));
  return of('CASE WHEN ' + valueOf(missing[1]) + ' IS NULL THEN ' + rest + ' ELSE ' + build(all) + ' END');
}`;
