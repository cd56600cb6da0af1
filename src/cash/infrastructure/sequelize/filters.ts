/** `$1`, `$2`, … in the order in which values are added. */
export type Parameters = Readonly<{ values: unknown[]; add(value: unknown): string }>;

export function parameters(): Parameters {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

/** `text` with a letter for each condition that is set: one prepared statement for each combination. */
export const variant = (name: string, ...given: readonly unknown[]): string =>
  name + given.map((value) => (value === undefined ? '-' : '+')).join('');

/** `WHERE a AND b`; nothing for none. */
export const where = (conditions: readonly (string | undefined)[]): string => {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? '' : `WHERE ${given.join(' AND ')}`;
};
