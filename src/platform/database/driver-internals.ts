import type { Socket } from 'node:net';
import pg from 'pg';
import type { Sequelize, Transaction } from 'sequelize';

/**
 * Everything that this code uses of pg and Sequelize beyond their public interfaces: the fields and methods, and the casts that
 * reach them. A new version of either may change them without notice; test/platform/driver-internals.db.test.ts fails then.
 */

/** A statement as pg takes it; without a name it is parsed and planned for each call. */
export type Query = Readonly<{ name?: string; text: string; values?: readonly unknown[] }>;

/** A call of a named statement; `values` are parameters of the protocol. */
export type NamedCall = Readonly<{
  name: string;
  text: string;
  values: readonly unknown[];
  callback: QueryCallback;
}>;

/** The part of a pg client that statements are sent through. Sequelize pools them. */
export interface Connection {
  /** The result goes to the callback of `query`. */
  query(query: PgQuery | NamedCall): unknown;
  query(query: Query): Promise<Readonly<{ rows: object[]; command: string }>>;
}

/** Sequelize's pool; no public interface of it gives a connection outside a transaction. */
export interface ConnectionPool {
  /** Rejects with ConnectionAcquireTimeoutError when none becomes free in time, or with the failure to connect. */
  getConnection(options: Readonly<{ type: 'SELECT' | 'write'; uuid?: string }>): Promise<Connection>;
  releaseConnection(connection: Connection): void;
  /** Closes the connection instead of returning it to the pool. */
  destroyConnection(connection: Connection): Promise<void>;
  readonly pool: Readonly<{ size: number; using: number; waiting: number }>;
}

export const connectionPoolOf = (sequelize: Sequelize): ConnectionPool =>
  (sequelize as unknown as { connectionManager: ConnectionPool }).connectionManager;

/** Sequelize's transaction, which its models and `afterCommit` need; our statements begin and end it. */
export type TransactionInternals = {
  readonly id: string;
  connection: Connection & { uuid?: string | undefined };
  finished?: 'commit' | 'rollback';
  readonly _afterCommitHooks: readonly ((transaction: Transaction) => unknown)[];
};

export const transactionInternals = (transaction: Transaction): TransactionInternals =>
  transaction as unknown as TransactionInternals;

/** The connection that `transaction` runs on. */
export const connectionOf = (transaction: Transaction): Connection =>
  transactionInternals(transaction).connection;

/** The argument of Sequelize's hook `afterQuery`, which its types do not describe. */
export type FinishedQuery = Readonly<{ sql: string; connection: pg.Client }>;

export const finishedQuery = (query: unknown): FinishedQuery => query as FinishedQuery;

/** A connected pg client. */
export interface ClientInternals {
  /** Sends statements without waiting for the results of those before. */
  pipeline: boolean;
  /** Whether no result is outstanding. */
  readonly readyForQuery: boolean;
  query(...query: unknown[]): unknown;
  readonly connection: Wire;
}

export const clientInternals = (client: unknown): ClientInternals => client as ClientInternals;

/** How a pg client connects: its time limit, and the handling of the messages of authentication. */
export interface ConnectingClient {
  /** The time limit of `_connect`; 0 means none. */
  _connectionTimeoutMillis: number;
  _connect(callback: (error?: Error) => void): void;
  /** null once the signature of the server has been verified. */
  saslSession: object | null;
  readonly connection: Readonly<{ stream: Readonly<{ destroy(error: Error): void }> }>;
  _handleAuthCleartextPassword(message: unknown): void;
  _handleAuthMD5Password(message: unknown): void;
  _handleAuthSASLFinal(message: unknown): void;
  _handleReadyForQuery(message: unknown): void;
}

export const ConnectingClientClass = pg.Client as unknown as new (
  config?: string | pg.ClientConfig,
) => pg.Client & ConnectingClient;

export type ParseText = (text: string) => unknown;

/** The messages of the extended query protocol that pg's connection sends. */
export type Wire = Readonly<{
  bind(message: Readonly<{ portal: string; statement: string; values: readonly unknown[] }>): void;
  execute(message: Readonly<{ portal: string }>): void;
  sync(): void;
  stream: Socket;
}>;

export type RowDescription = Readonly<{
  fields: readonly Readonly<{ name: string; dataTypeID: number }>[];
}>;
export type DataRow = Readonly<{ fields: readonly (string | null)[] }>;
export type QueryCallback = (error: Error | null, rows?: object[]) => void;

/** pg's query object: the methods by which it sends itself, and those that the client calls with its result. */
export interface PgQuery {
  name: string;
  readonly values: readonly unknown[];
  readonly callback: QueryCallback;
  readonly _result: Readonly<{
    _types: Readonly<{ getTypeParser(type: number, format: 'text'): ParseText }>;
  }>;
  /** Sends everything; an error is reported instead of being thrown. */
  submit(wire: Wire): Error | null;
  prepare(wire: Wire): void;
  handleError(error: Error, wire: Wire): void;
}

export const PgQueryClass = pg.Query as unknown as new (
  text: string,
  values: readonly unknown[],
  callback: QueryCallback,
) => PgQuery;

/** Converts a value to a parameter as pg does. */
export const { prepareValue } = (
  pg as unknown as { utils: Readonly<{ prepareValue: (value: unknown) => unknown }> }
).utils;
