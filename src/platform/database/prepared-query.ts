import {
  PgQueryClass,
  prepareValue,
  type DataRow,
  type ParseText,
  type QueryCallback,
  type RowDescription,
  type Wire,
} from './driver-internals.js';

/** The columns of a statement's rows; they stay the same for as long as the statement is prepared. */
type Columns = Readonly<{ names: readonly string[]; parsers: readonly ParseText[] }>;

const NO_COLUMNS: Columns = { names: [], parsers: [] };

/**
 * pg writes dates in local time with an offset in whole minutes, which moves instants from before time zones were
 * standardized. PostgreSQL reads ISO 8601 the same way for years of four digits only.
 */
const isPlainDate = (value: unknown): value is Date =>
  value instanceof Date && value.getTime() >= -62_135_596_800_000 && value.getTime() <= 253_402_300_799_999;

const toParameter = (value: unknown): unknown =>
  isPlainDate(value) ? value.toISOString() : prepareValue(value);

/** The columns of the statements prepared on a connection, by the statement's name. */
const described = new WeakMap<Wire, Map<string, Columns>>();

function remember(wire: Wire, name: string, columns: Columns): void {
  const known = described.get(wire);
  if (known === undefined) described.set(wire, new Map([[name, columns]]));
  else known.set(name, columns);
}

/**
 * A named statement whose columns PostgreSQL describes once a connection. pg asks for the description at every call, which
 * costs both sides time (docs/adr/0024).
 */
export class PreparedQuery extends PgQueryClass {
  readonly #rows: object[] = [];
  #columns: Columns | undefined;
  #known = false;
  #failure: Error | undefined;

  /** @throws Error when a value cannot be a parameter */
  constructor(
    { name, text }: Readonly<{ name: string; text: string }>,
    values: readonly unknown[],
    callback: QueryCallback,
  ) {
    super(text, values.map(toParameter), callback);
    this.name = name;
  }

  override prepare(wire: Wire): void {
    this.#columns = described.get(wire)?.get(this.name);
    if (this.#columns === undefined) {
      super.prepare(wire);
      return;
    }
    this.#known = true;
    wire.bind({ portal: '', statement: this.name, values: this.values });
    wire.execute({ portal: '' });
    wire.sync();
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#columns = {
      names: fields.map(({ name }) => name),
      parsers: fields.map(({ dataTypeID }) => this._result._types.getTypeParser(dataTypeID, 'text')),
    };
  }

  handleDataRow({ fields }: DataRow): void {
    if (this.#failure !== undefined) return;
    const { names, parsers } = this.#columns ?? NO_COLUMNS;
    const row: Record<string, unknown> = {};
    try {
      for (let index = 0; index < fields.length; index += 1) {
        const text = fields[index] ?? null;
        row[names[index] ?? ''] = text === null ? null : parsers[index]?.(text);
      }
    } catch (error) {
      this.#failure = error as Error;
      return;
    }
    this.#rows.push(row);
  }

  handleCommandComplete(_message: unknown, wire: Wire): void {
    if (!this.#known) remember(wire, this.name, this.#columns ?? NO_COLUMNS);
  }

  handleReadyForQuery(wire: Wire): void {
    if (this.#failure === undefined) this.callback(null, this.#rows);
    else this.handleError(this.#failure, wire);
  }
}
