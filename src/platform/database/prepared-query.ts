import {
  PgQueryClass,
  type DataRow,
  type QueryCallback,
  type RowDescription,
  type Wire,
} from './driver-internals.js';
import {
  columnsOf,
  NO_COLUMNS,
  readDescription,
  readRow,
  rememberColumns,
  toParameter,
  type Columns,
} from './statement-columns.js';

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
    this.#columns = columnsOf(wire, this.name);
    if (this.#columns === undefined) {
      super.prepare(wire);
      return;
    }
    this.#known = true;
    wire.bind({ portal: '', statement: this.name, values: this.values });
    wire.execute({ portal: '' });
    wire.sync();
  }

  handleRowDescription(message: RowDescription): void {
    this.#columns = readDescription(message, this._result._types);
  }

  handleDataRow(message: DataRow): void {
    if (this.#failure !== undefined) return;
    try {
      this.#rows.push(readRow(this.#columns ?? NO_COLUMNS, message));
    } catch (error) {
      this.#failure = error as Error;
    }
  }

  handleCommandComplete(_message: unknown, wire: Wire): void {
    if (!this.#known) rememberColumns(wire, this.name, this.#columns ?? NO_COLUMNS);
  }

  handleReadyForQuery(wire: Wire): void {
    if (this.#failure === undefined) this.callback(null, this.#rows);
    else this.handleError(this.#failure, wire);
  }
}
