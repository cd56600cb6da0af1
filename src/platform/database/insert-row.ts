import { insertColumns } from './select-columns.js';

/** `INSERT INTO doctors (id, time_zone) VALUES ($1, $2)` for the attributes of a model; `rowValues` gives the parameters. */
export const insertRow = (
  table: string,
  attributes: object,
  { firstParameter = 1 }: Readonly<{ firstParameter?: number }> = {},
): string => {
  const names = insertColumns(attributes);
  const parameters = names.map((_name, index) => `$${firstParameter + index}`);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${parameters.join(', ')})`;
};

/** The values of a row in the order of `insertRow`. */
export const rowValues = <Attributes extends object>(
  attributes: Attributes,
  row: Readonly<Record<keyof Attributes, unknown>>,
): readonly unknown[] => (Object.keys(attributes) as (keyof Attributes)[]).map((attribute) => row[attribute]);

/** PostgreSQL's names of Sequelize's types, where they differ. */
const SQL_TYPES: Readonly<Record<string, string>> = { DATE: 'timestamptz', DATEONLY: 'date', BLOB: 'bytea' };

const sqlTypeOf = (attribute: unknown): string => {
  const { key } = (attribute as { type: { key: string } }).type;
  return SQL_TYPES[key] ?? key.toLowerCase();
};

type ArrayOptions<Attributes> = Readonly<{
  firstParameter?: number;
  /** SQL types of attributes that the model declares as text, such as enumerations. */
  types?: Readonly<Partial<Record<keyof Attributes, string>>>;
}>;

/**
 * `unnest($1::uuid[], $2::timestamptz[])`: rows with the columns of a model, each column an array of its values; `columnValues`
 * gives the parameters. PostgreSQL plans them as ten rows; JSON it plans as a hundred, and takes longer to read.
 */
export const rowsOf = <Attributes extends object>(
  attributes: Attributes,
  { firstParameter = 1, types }: ArrayOptions<Attributes> = {},
): string => {
  const arrays = (Object.keys(attributes) as (keyof Attributes)[]).map(
    (name, index) => `$${firstParameter + index}::${types?.[name] ?? sqlTypeOf(attributes[name])}[]`,
  );
  return `unnest(${arrays.join(', ')})`;
};

/** An INSERT of the rows of `rowsOf`. A condition on its columns, ON CONFLICT or RETURNING may follow. */
export const insertRows = <Attributes extends object>(
  table: string,
  attributes: Attributes,
  options: ArrayOptions<Attributes> = {},
): string => {
  const names = insertColumns(attributes).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${rowsOf(attributes, options)} AS given (${names})`;
};

/** The arrays for `rowsOf` and `insertRows`. Other properties of the rows are left out. */
export const columnValues = <Attributes extends object>(
  attributes: Attributes,
  rows: readonly Readonly<Record<keyof Attributes, unknown>>[],
): readonly (readonly unknown[])[] =>
  (Object.keys(attributes) as (keyof Attributes)[]).map((attribute) =>
    rows.map((row) => {
      const value = row[attribute];
      return value instanceof Date ? value.toISOString() : value;
    }),
  );
