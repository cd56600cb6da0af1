import pg from 'pg';

type Parse = (text: string) => unknown;

/** What PostgreSQL says of a statement's rows; it stays the same for as long as the statement is prepared. */
type Columns = Readonly<{ names: readonly string[]; parsers: readonly Parse[] }>;

const NO_COLUMNS: Columns = { names: [], parsers: [] };

/** pg's connection from the inside: the messages of the extended query protocol. */
type Wire = Readonly<{
  bind(message: Readonly<{ portal: string; statement: string; values: readonly unknown[] }>): void;
  execute(message: Readonly<{ portal: string }>): void;
  sync(): void;
}>;

type Description = Readonly<{ fields: readonly Readonly<{ name: string; dataTypeID: number }>[] }>;
type DataRow = Readonly<{ fields: readonly (string | null)[] }>;
type Done = (error: Error | null, rows?: object[]) => void;

/** pg's own query from the inside: how it sends itself, and what it is told of its answer. */
interface PgQuery {
  name: string;
  readonly values: readonly unknown[];
  readonly callback: Done;
  readonly _result: Readonly<{
    _types: Readonly<{ getTypeParser(type: number, format: 'text'): Parse }>;
  }>;
  prepare(wire: Wire): void;
  handleError(error: Error, wire: Wire): void;
}

const BaseQuery = pg.Query as unknown as new (
  text: string,
  values: readonly unknown[],
  done: Done,
) => PgQuery;
const { prepareValue } = (pg as unknown as { utils: Readonly<{ prepareValue: (value: unknown) => unknown }> })
  .utils;

/** pg writes dates in local time, part by part; only years of four digits look the same to PostgreSQL in ISO 8601. */
const isPlainDate = (value: unknown): value is Date =>
  value instanceof Date && value.getTime() >= -62_135_596_800_000 && value.getTime() <= 253_402_300_799_999;

const toParameter = (value: unknown): unknown =>
  isPlainDate(value) ? value.toISOString() : prepareValue(value);

/** What is known of the statements of a connection, by name. A connection that is gone takes it along. */
const described = new WeakMap<Wire, Map<string, Columns>>();

function remember(wire: Wire, name: string, columns: Columns): void {
  const known = described.get(wire);
  if (known === undefined) described.set(wire, new Map([[name, columns]]));
  else known.set(name, columns);
}

/**
 * A named statement that PostgreSQL describes once a connection and not once a call, as pg would have it: neither side
 * writes or reads again what the columns are, and rows are built from names that are known (docs/adr/0024).
 */
export class PreparedQuery extends BaseQuery {
  readonly #rows: object[] = [];
  #columns: Columns | undefined;
  #known = false;
  #failure: Error | undefined;

  /** Throws what cannot be a parameter. */
  constructor(
    { name, text }: Readonly<{ name: string; text: string }>,
    values: readonly unknown[],
    done: Done,
  ) {
    super(text, values.map(toParameter), done);
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

  handleRowDescription({ fields }: Description): void {
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
