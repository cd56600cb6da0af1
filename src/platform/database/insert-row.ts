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
