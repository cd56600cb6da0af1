/** Which attributes of a model a statement uses: all of them, `only` some, or all but those in `omit`. */
export type Choice<Attributes> = Readonly<{
  only?: readonly (keyof Attributes)[];
  omit?: readonly (keyof Attributes)[];
}>;

const choose = <Attributes extends object>(
  attributes: Attributes,
  { only, omit = [] }: Choice<Attributes>,
): readonly string[] =>
  ((only ?? Object.keys(attributes)) as readonly (keyof Attributes & string)[]).filter(
    (attribute) => !omit.includes(attribute),
  );

/** The column of an attribute, as Sequelize's option `underscored` names it. */
const columnOf = (attribute: string): string =>
  attribute.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The columns of a model by attribute: `{ id: 'p.id', isActive: 'p.is_active' }`. */
export const columnNames = <Attributes extends object>(
  attributes: Attributes,
  table: string,
): Readonly<Record<keyof Attributes, string>> =>
  Object.fromEntries(
    Object.keys(attributes).map((attribute) => [attribute, `${table}.${columnOf(attribute)}`]),
  ) as Record<keyof Attributes, string>;

/** The columns of a model for a SELECT, under the names of its attributes: `p.id, p.is_active AS "isActive"`. */
export const columns = <Attributes extends object>(
  attributes: Attributes,
  table: string,
  choice: Choice<Attributes> = {},
): string =>
  choose(attributes, choice)
    .map((attribute) => {
      const column = columnOf(attribute);
      return column === attribute ? `${table}.${column}` : `${table}.${column} AS "${attribute}"`;
    })
    .join(', ');

/** The columns of a model as arguments of jsonb_build_object: `'id', l.id, 'productId', l.product_id`. */
export const jsonFields = <Attributes extends object>(
  attributes: Attributes,
  table: string,
  choice: Choice<Attributes> = {},
): string =>
  choose(attributes, choice)
    .map((attribute) => `'${attribute}', ${table}.${columnOf(attribute)}`)
    .join(', ');

/** The columns of a model as an INSERT names them, in the order of its attributes. */
export const insertColumns = (attributes: object): readonly string[] => Object.keys(attributes).map(columnOf);

/**
 * An INSERT of the rows in a parameter, which `toJsonRows` made from the same attributes. PostgreSQL takes the types from the
 * table. ON CONFLICT or RETURNING may follow.
 */
export const insertFromJson = (table: string, attributes: object, parameter: string): string => {
  const names = insertColumns(attributes).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_populate_recordset(NULL::${table}, ${parameter}::json)`;
};

/** JSON for `insertFromJson`, keyed by column. Other properties of the rows are left out. */
export const toJsonRows = <Attributes extends object>(
  attributes: Attributes,
  rows: readonly Readonly<Record<keyof Attributes, unknown>>[],
): string =>
  JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(
        (Object.keys(attributes) as (keyof Attributes & string)[]).map((attribute) => [
          columnOf(attribute),
          row[attribute],
        ]),
      ),
    ),
  );
