import {
  prepareValue,
  type DataRow,
  type ParseText,
  type RowDescription,
  type Wire,
} from './driver-internals.js';

/** The columns of a statement's rows; they stay the same for as long as the statement is prepared. */
export type Columns = Readonly<{ names: readonly string[]; parsers: readonly ParseText[] }>;

export const NO_COLUMNS: Columns = { names: [], parsers: [] };

/** The columns of the statements prepared on a connection, by the statement's name. */
const described = new WeakMap<Wire, Map<string, Columns>>();

/** undefined: the statement has not run on this connection yet. */
export const columnsOf = (wire: Wire, name: string): Columns | undefined => described.get(wire)?.get(name);

export function rememberColumns(wire: Wire, name: string, columns: Columns): void {
  const known = described.get(wire);
  if (known === undefined) described.set(wire, new Map([[name, columns]]));
  else known.set(name, columns);
}

export const readDescription = (
  { fields }: RowDescription,
  types: Readonly<{ getTypeParser(type: number, format: 'text'): ParseText }>,
): Columns => ({
  names: fields.map(({ name }) => name),
  parsers: fields.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, 'text')),
});

/** @throws what a parser throws */
export function readRow({ names, parsers }: Columns, { fields }: DataRow): object {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < fields.length; index += 1) {
    const text = fields[index] ?? null;
    row[names[index] ?? ''] = text === null ? null : parsers[index]?.(text);
  }
  return row;
}

/**
 * pg writes dates in local time with an offset in whole minutes, which moves instants from before time zones were
 * standardized. PostgreSQL reads ISO 8601 the same way for years of four digits only.
 */
const isPlainDate = (value: unknown): value is Date =>
  value instanceof Date && value.getTime() >= -62_135_596_800_000 && value.getTime() <= 253_402_300_799_999;

/** @throws Error when the value cannot be a parameter */
export const toParameter = (value: unknown): unknown =>
  isPlainDate(value) ? value.toISOString() : prepareValue(value);
