/** The column of an attribute, as Sequelize's option `underscored` names it. */
const columnOf = (attribute: string): string =>
  attribute.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The columns of a model for a SELECT, under the names of its attributes: `p.id, p.is_active AS "isActive"`. */
export const columns = (attributes: object, table: string): string =>
  Object.keys(attributes)
    .map((attribute) => {
      const column = columnOf(attribute);
      return column === attribute ? `${table}.${column}` : `${table}.${column} AS "${attribute}"`;
    })
    .join(', ');

/** The same for jsonb_build_object, without the attributes in `omit`: `'id', l.id, 'productId', l.product_id`. */
export const jsonFields = <Attributes extends object>(
  attributes: Attributes,
  table: string,
  { omit }: Readonly<{ omit: readonly (keyof Attributes)[] }>,
): string =>
  Object.keys(attributes)
    .filter((attribute) => !omit.includes(attribute as keyof Attributes))
    .map((attribute) => `'${attribute}', ${table}.${columnOf(attribute)}`)
    .join(', ');
