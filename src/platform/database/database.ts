import { createHash } from 'node:crypto';
import type { Sequelize, Transaction } from 'sequelize';
import { connectionOf, connectionPoolOf, type Connection, type ConnectionPool } from './driver-internals.js';
import { isUnavailable } from './errors.js';
import { JoinableCall } from './joined-calls.js';
import { PreparedQuery } from './prepared-query.js';

/** A named prepared statement with $1-style parameters: PostgreSQL plans it once a connection, not once a call. */
export type Statement = Readonly<{
  name: string;
  text: string;
  /**
   * Set for a lookup of a few rows by a unique key, which takes microseconds: concurrent calls may be pipelined on one connection,
   * each in its own transaction. Never for a statement that may be slow, because the calls behind it wait.
   */
  shareable?: boolean;
}>;

/** Runs one SQL statement and returns plain rows: the read path of every query port. */
export interface Database {
  rows<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** PostgreSQL distinguishes prepared statements by the first 63 bytes of their names (NAMEDATALEN) only. */
const LONGEST_NAME = 63;
const DIGEST_LENGTH = 20;

const shortened = new Map<string, string>();

function preparedAs(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const known = shortened.get(name);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  const short = `${name.slice(0, LONGEST_NAME - DIGEST_LENGTH - 1)}_${digest}`;
  shortened.set(name, short);
  return short;
}

/** Rejects with the stack of the caller instead of the socket's. */
async function withOwnStack<Result>(promise: Promise<Result>): Promise<Result> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

export const queryOn = <Row extends object>(
  connection: Connection,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> =>
  withOwnStack(
    new Promise((resolve, reject) => {
      const query = new PreparedQuery({ name: preparedAs(name), text }, values, (error, rows) => {
        if (error === null) resolve(rows as Row[]);
        else reject(error);
      });
      connection.query(query);
    }),
  );

/** Runs a statement in the open transaction of `connection`; those of one turn of the event loop are sent together. */
export const queryInTransaction = <Row extends object>(
  connection: Connection,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> =>
  withOwnStack(
    new Promise((resolve, reject) => {
      const call = new JoinableCall({ name: preparedAs(name), text }, values, (error, rows) => {
        if (error === null) resolve(rows as Row[]);
        else reject(error);
      });
      connection.query(call);
    }),
  );

/** A pooled connection that concurrent calls of one statement use together until the last of them has its result. */
type SharedConnection = {
  readonly connection: Promise<Connection>;
  pendingCalls: number;
  lastResultMs: number;
};

/** With more pending calls another connection is opened: PostgreSQL runs the calls of one connection one after the other. */
const MOST_PENDING_CALLS = 24;
/** Without a result for this long the statement waits for a lock, and would wait on another connection too. */
const BLOCKED_AFTER_MS = 100;

/**
 * Runs one statement on shared connections. Each statement has connections of its own: PostgreSQL answers a connection in
 * order, so a statement that waits for a locked table would delay statements on other tables.
 * @param most connections at a time, so that a blocked statement leaves connections for the others
 */
function makeSharedConnections(connections: ConnectionPool, most: number): Database['rows'] {
  const open: SharedConnection[] = [];

  function acquire(): SharedConnection {
    const leastUsed = open.reduce<SharedConnection | undefined>(
      (best, shared) => (best === undefined || shared.pendingCalls < best.pendingCalls ? shared : best),
      undefined,
    );
    if (leastUsed !== undefined) {
      const isBlocked = performance.now() - leastUsed.lastResultMs > BLOCKED_AFTER_MS;
      if (leastUsed.pendingCalls < MOST_PENDING_CALLS || open.length >= most || isBlocked) {
        leastUsed.pendingCalls += 1;
        return leastUsed;
      }
    }
    const shared: SharedConnection = {
      connection: connections.getConnection({ type: 'SELECT' }),
      pendingCalls: 1,
      lastResultMs: performance.now(),
    };
    open.push(shared);
    return shared;
  }

  /** No further call acquires the connection. */
  function retire(shared: SharedConnection): void {
    const index = open.indexOf(shared);
    if (index >= 0) open.splice(index, 1);
  }

  /** The last call to release the connection returns it to the pool. */
  function release(shared: SharedConnection): void {
    shared.pendingCalls -= 1;
    shared.lastResultMs = performance.now();
    if (shared.pendingCalls > 0) return;
    retire(shared);
    shared.connection.then(
      (connection) => connections.releaseConnection(connection),
      () => undefined, // connecting failed
    );
  }

  return async <Row extends object>(statement: Statement, values: readonly unknown[]) => {
    const shared = acquire();
    try {
      return await queryOn<Row>(await shared.connection, statement, values);
    } catch (error) {
      if (isUnavailable(error)) retire(shared);
      throw error;
    } finally {
      release(shared);
    }
  };
}

/**
 * Runs statements on a connection of Sequelize's pool without `sequelize.query`, which costs 50–65 µs of CPU a call
 * (docs/adr/0010). Sequelize's error listener removes a broken connection from the pool.
 */
export const makeDatabase = ({ sequelize }: { sequelize: Sequelize }): Database => {
  const connections = connectionPoolOf(sequelize);
  const most = Math.max(1, Math.floor((sequelize.config.pool?.max ?? 1) / 2));
  const sharedByStatement = new Map<string, Database['rows']>();
  const onSharedConnection = ({ name }: Statement): Database['rows'] => {
    const known = sharedByStatement.get(name);
    if (known !== undefined) return known;
    const made = makeSharedConnections(connections, most);
    sharedByStatement.set(name, made);
    return made;
  };
  return {
    async rows<Row extends object>(statement: Statement, values: readonly unknown[]) {
      if (statement.shareable === true) return onSharedConnection(statement)<Row>(statement, values);
      const connection = await connections.getConnection({ type: 'SELECT' });
      try {
        return await queryOn<Row>(connection, statement, values);
      } finally {
        connections.releaseConnection(connection);
      }
    },
  };
};

/** Runs statements inside `transaction`, on its connection. */
export const makeTransactionDatabase = (transaction: Transaction): Database => {
  const connection = connectionOf(transaction);
  return { rows: (statement, values) => queryInTransaction(connection, statement, values) };
};
