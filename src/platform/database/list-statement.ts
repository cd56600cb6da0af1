import type { PageRequest } from '../../kernel/page.js';
import type { Statement } from './database.js';

/** Adds a parameter to a statement and returns its place in the SQL: `$3`. */
export type Bind = (value: unknown) => string;

/** The condition for each filter. Its text may depend on whether the filter is given, but never on the value, which is bound. */
export type Conditions<Filter> = {
  readonly [Name in keyof Filter]-?: (value: Exclude<Filter[Name], undefined>, bind: Bind) => string;
};

/** A sort expression with the SQL type of its value in a page key. A page key holds an instant as ms since 1970. */
export type SortKey = Readonly<{
  sql: string;
  type: 'timestamptz' | 'date' | 'uuid' | 'text' | 'bigint' | 'float8';
}>;

export type List<Filter> = Readonly<{
  name: string;
  /** Conditions of every page. */
  always?: readonly string[];
  filters: Conditions<Filter>;
  /** The values of the page key, in its order; the last one is unique. */
  sortKeys: readonly SortKey[];
  /**
   * This limit is a literal of the statement. For a LIMIT parameter PostgreSQL estimates a tenth of the table, rejects an
   * expensive generic plan and plans each call again.
   */
  literalLimit?: number;
  /** `where` is empty when nothing is filtered; `limit` is for one row more than the page holds, as `toPage` expects. */
  text: (clauses: Readonly<{ where: string; orderBy: string; limit: string }>) => string;
}>;

export type ListRequest<Filter> = Readonly<{
  /** The parameters `$1`, `$2`, … that `always` and `text` use. */
  parameters?: readonly unknown[];
  filter: Filter;
  page: PageRequest;
  direction: 'ASC' | 'DESC';
}>;

const toParameter = ({ type }: SortKey, value: string | number | undefined): unknown =>
  type === 'timestamptz' ? new Date(Number(value)) : value;

/** The statements of each list by name. A text is built once, because it costs more CPU than some of the statements. */
const built = new WeakMap<object, Map<string, Statement>>();

function statementOf(list: object, name: string, text: () => string): Statement {
  const statements = built.get(list) ?? new Map<string, Statement>();
  built.set(list, statements);
  const statement = statements.get(name) ?? { name, text: text() };
  statements.set(name, statement);
  return statement;
}

/**
 * The prepared statement for one page of a list. Each combination of filters has its own statement, and so its own plan:
 * an optional condition (`$1 IS NULL OR …`) prevents an index scan. The name lists what the text depends on.
 */
export function listStatement<Filter extends object>(
  list: List<Filter>,
  { parameters = [], filter, page: { limit, after }, direction }: ListRequest<Filter>,
): Readonly<{ statement: Statement; values: readonly unknown[] }> {
  const { name, always = [], filters, sortKeys, literalLimit, text } = list;
  const values = [...parameters];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const names = [name, direction.toLowerCase()];
  const conditions = [...always];
  for (const key of Object.keys(filters) as (keyof Filter & string)[]) {
    const value = filter[key];
    if (value === undefined) continue;
    names.push(key);
    conditions.push(filters[key](value as Exclude<Filter[typeof key], undefined>, bind));
  }
  if (after !== undefined) {
    names.push('after');
    const sorted = sortKeys.map(({ sql }) => sql).join(', ');
    const last = sortKeys.map((key, index) => `${bind(toParameter(key, after[index]))}::${key.type}`);
    conditions.push(`(${sorted}) ${direction === 'DESC' ? '<' : '>'} (${last.join(', ')})`);
  }
  const isLiteral = limit === literalLimit;
  if (isLiteral) names.push('literal');
  const limitSql = isLiteral ? limit + 1 : bind(limit + 1);
  const statement = statementOf(list, names.join('_'), () =>
    text({
      where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`,
      orderBy: `ORDER BY ${sortKeys.map(({ sql }) => `${sql} ${direction}`).join(', ')}`,
      limit: `LIMIT ${limitSql}`,
    }),
  );
  return { statement, values };
}
