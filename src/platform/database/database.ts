import { createHash } from 'node:crypto';
import type { Sequelize, Transaction } from 'sequelize';
import { connectionOf, connectionPoolOf, type Connection, type ConnectionPool } from './connection.js';
import { isUnavailable } from './errors.js';
import { PreparedQuery } from './prepared-query.js';

/** A named prepared statement with $1-style parameters: PostgreSQL plans it once a connection, not once a call. */
export type Statement = Readonly<{
  name: string;
  text: string;
  /**
   * Finds a few rows by a unique key, so in microseconds: its calls may share a connection with each other, each its own
   * transaction, sent without waiting for the answers before. Never for what may be slow: those behind it would wait.
   */
  quick?: boolean;
}>;

/** The read path of every query port: one SQL statement in, plain rows out. */
export interface Database {
  rows<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** PostgreSQL tells prepared statements apart by the first 63 bytes of their names (NAMEDATALEN), and nothing after them. */
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

export async function queryOn<Row extends object>(
  connection: Connection,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    return await new Promise((resolve, reject) => {
      const query = new PreparedQuery({ name: preparedAs(name), text }, values, (error, rows) => {
        if (error === null) resolve(rows as Row[]);
        else reject(error);
      });
      connection.query(query);
    });
  } catch (error) {
    // Where it came from, and not from which socket.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

/** A connection that calls of one quick statement share for as long as one of them is under way. */
type Lane = { readonly connection: Promise<Connection>; underWay: number; movedAtMs: number };

/** More in line than this, and another connection is taken: PostgreSQL answers each line one after the other. */
const LANE_LENGTH = 24;
/** A line that has not moved for this long waits for a lock: another connection would only wait beside it. */
const BLOCKED_AFTER_MS = 100;

/**
 * Lanes of one statement. Statements share no lane with each other: PostgreSQL answers a connection in order, so that one
 * that waits for a locked table would hold up those behind it that need other tables.
 * @param most lanes at a time, so that a blocked statement leaves connections for the others
 */
function makeLanes(connections: ConnectionPool, most: number): Database['rows'] {
  const lanes: Lane[] = [];

  function board(): Lane {
    const shortest = lanes.reduce<Lane | undefined>(
      (best, lane) => (best === undefined || lane.underWay < best.underWay ? lane : best),
      undefined,
    );
    if (shortest !== undefined) {
      const isBlocked = performance.now() - shortest.movedAtMs > BLOCKED_AFTER_MS;
      if (shortest.underWay < LANE_LENGTH || lanes.length >= most || isBlocked) return shortest;
    }
    const lane: Lane = {
      connection: connections.getConnection({ type: 'SELECT' }),
      underWay: 0,
      movedAtMs: performance.now(),
    };
    lanes.push(lane);
    return lane;
  }

  function close(lane: Lane): void {
    const index = lanes.indexOf(lane);
    if (index >= 0) lanes.splice(index, 1);
  }

  /** Nobody boards a lane that is empty: its connection has gone back to the pool, or is about to. */
  function leave(lane: Lane): void {
    lane.underWay -= 1;
    lane.movedAtMs = performance.now();
    if (lane.underWay > 0) return;
    close(lane);
    lane.connection.then(
      (connection) => connections.releaseConnection(connection),
      () => undefined, // there never was one
    );
  }

  return async <Row extends object>(statement: Statement, values: readonly unknown[]) => {
    const lane = board();
    lane.underWay += 1;
    try {
      return await queryOn<Row>(await lane.connection, statement, values);
    } catch (error) {
      if (isUnavailable(error)) close(lane);
      throw error;
    } finally {
      leave(lane);
    }
  };
}

/**
 * Reads on a connection of Sequelize's pool without `sequelize.query`, which costs 50–65 µs a call (docs/adr).
 * A connection that broke is marked invalid by Sequelize's own error listener and leaves the pool.
 */
export const makeDatabase = ({ sequelize }: { sequelize: Sequelize }): Database => {
  const connections = connectionPoolOf(sequelize);
  const most = Math.max(1, Math.floor((sequelize.config.pool?.max ?? 1) / 2));
  const lanesOf = new Map<string, Database['rows']>();
  const quickly = ({ name }: Statement): Database['rows'] => {
    const known = lanesOf.get(name);
    if (known !== undefined) return known;
    const made = makeLanes(connections, most);
    lanesOf.set(name, made);
    return made;
  };
  return {
    async rows<Row extends object>(statement: Statement, values: readonly unknown[]) {
      if (statement.quick === true) return quickly(statement)<Row>(statement, values);
      const connection = await connections.getConnection({ type: 'SELECT' });
      try {
        return await queryOn<Row>(connection, statement, values);
      } finally {
        connections.releaseConnection(connection);
      }
    },
  };
};

/** Reads inside `transaction`: sees what it has written so far and takes no second connection from the pool. */
export const makeTransactionDatabase = (transaction: Transaction): Database => {
  const connection = connectionOf(transaction);
  return { rows: (statement, values) => queryOn(connection, statement, values) };
};
