import {
  PgQueryClass,
  type DataRow,
  type NamedCall,
  type QueryCallback,
  type Wire,
} from './driver-internals.js';
import { failsStatementOnly } from './errors.js';
import { columnsOf, NO_COLUMNS, readRow, toParameter, type Columns } from './statement-columns.js';

/** A call of a named statement inside a transaction, which may be sent together with others. */
export class JoinableCall implements NamedCall {
  readonly name: string;
  readonly text: string;
  /** As parameters of the protocol. */
  readonly values: readonly unknown[];
  readonly callback: QueryCallback;

  /** @throws Error when a value cannot be a parameter */
  constructor(
    { name, text }: Readonly<{ name: string; text: string }>,
    values: readonly unknown[],
    callback: QueryCallback,
  ) {
    this.name = name;
    this.text = text;
    this.values = values.map(toParameter);
    this.callback = callback;
  }
}

/** PostgreSQL has skipped the statement, because one that was sent with it failed and aborted the transaction. */
export class SkippedStatement extends Error {
  override readonly name = 'SkippedStatement';
  /** SQLSTATE in_failed_sql_transaction, as of statements that are sent later. */
  readonly code = '25P02';
}

type Finished = Readonly<{ rows: object[]; failure: Error | undefined }>;

/**
 * Calls of one transaction in one packet with one Sync for all: PostgreSQL writes their results to the socket at once, and node
 * makes and reads one query object. When one fails, PostgreSQL skips those behind it. Their statements have run on this connection before.
 */
export class JoinedCalls extends PgQueryClass {
  readonly #calls: readonly JoinableCall[];
  #columns: readonly Columns[] = [];
  /** Of the first calls, in order; the others have none yet. */
  readonly #finished: Finished[] = [];
  #rows: object[] = [];
  #failure: Error | undefined;

  constructor(calls: readonly JoinableCall[]) {
    super('', [], () => undefined);
    this.#calls = calls;
  }

  override submit(wire: Wire): null {
    this.#columns = this.#calls.map(({ name }) => columnsOf(wire, name) ?? NO_COLUMNS);
    wire.stream.cork();
    for (const { name, values } of this.#calls) {
      wire.bind({ portal: '', statement: name, values });
      wire.execute({ portal: '' });
    }
    wire.sync();
    wire.stream.uncork();
    return null;
  }

  handleDataRow(message: DataRow): void {
    if (this.#failure !== undefined) return;
    try {
      this.#rows.push(readRow(this.#columns[this.#finished.length] ?? NO_COLUMNS, message));
    } catch (error) {
      this.#failure = error as Error;
    }
  }

  handleCommandComplete(): void {
    this.#finished.push({ rows: this.#rows, failure: this.#failure });
    this.#rows = [];
    this.#failure = undefined;
  }

  #reportFinished(): void {
    this.#finished.forEach(({ rows, failure }, index) => {
      const call = this.#calls[index];
      if (failure === undefined) call?.callback(null, rows);
      else call?.callback(failure);
    });
  }

  handleReadyForQuery(): void {
    this.#reportFinished();
  }

  override handleError(error: Error): void {
    this.#reportFinished();
    const [failed, ...skipped] = this.#calls.slice(this.#finished.length);
    failed?.callback(error);
    for (const { callback } of skipped)
      callback(
        failsStatementOnly(error)
          ? new SkippedStatement('A statement before this one failed.', { cause: error })
          : error,
      );
  }
}
