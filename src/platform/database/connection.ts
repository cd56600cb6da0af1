import type { Socket } from 'node:net';
import type { Sequelize, Transaction } from 'sequelize';
import type { PreparedQuery } from './prepared-query.js';

/** A statement as pg takes it; without a name it is parsed and planned for this one time. */
export type Query = Readonly<{ name?: string; text: string; values?: readonly unknown[] }>;

/** The part of a pg client that is used here. Sequelize pools them. */
export interface Connection {
  query(query: Query): Promise<Readonly<{ rows: object[]; command: string }>>;
  /** Its callback gets the answer. */
  query(query: PreparedQuery): unknown;
}

/** Sequelize's pool, as far as it is used here; no public API of it gives a connection outside a transaction. */
export interface ConnectionPool {
  /** Rejects with ConnectionAcquireTimeoutError when all are taken for too long, or with what connecting failed at. */
  getConnection(options: Readonly<{ type: 'SELECT' | 'write'; uuid?: string }>): Promise<Connection>;
  releaseConnection(connection: Connection): void;
  /** Closes it instead of taking it back. */
  destroyConnection(connection: Connection): Promise<void>;
}

export const connectionPoolOf = (sequelize: Sequelize): ConnectionPool =>
  (sequelize as unknown as { connectionManager: ConnectionPool }).connectionManager;

/** The connection that `transaction` is on. */
export const connectionOf = (transaction: Transaction): Connection =>
  (transaction as unknown as { connection: Connection }).connection;

/** A pg client from the inside: its protocol connection with the socket below it. */
type Client = {
  pipeline: boolean;
  query(...query: unknown[]): unknown;
  readonly connection: Readonly<{ stream: Socket }>;
};

/**
 * Lets statements follow each other on one connection without waiting for the answers in between (pg's pipeline mode),
 * and what is sent in one turn of the event loop leave in one packet. Whoever awaits each answer notices nothing: on a
 * shared connection every statement is still answered in order, and in its own transaction unless one is open.
 */
export function pipeline(client: Client): void {
  client.pipeline = true;
  const { stream } = client.connection;
  const prototype = Object.getPrototypeOf(client) as Client;
  let corked = false;
  const uncork = (): void => {
    corked = false;
    stream.uncork();
  };
  client.query = (...query) => {
    if (!corked) {
      corked = true;
      stream.cork();
      setImmediate(uncork);
    }
    return prototype.query.apply(client, query);
  };
}
