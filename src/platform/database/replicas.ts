import type { Logger } from 'pino';
import type { Sequelize } from 'sequelize';
import { connectionPoolOf, type Connection } from './driver-internals.js';
import { queryOn, type Database, type Statement } from './database.js';
import { openSequelize } from './sequelize.js';

/**
 * The position up to which the primary has written its write-ahead log. Every commit that was acknowledged before this
 * query lies before that position, even with `synchronous_commit = off`.
 */
const WRITTEN: Statement = {
  name: 'platform_written',
  shareable: true,
  text: `SELECT (CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()
    ELSE pg_current_wal_flush_lsn() END)::text AS position`,
};

/** Whether a replica has replayed the log up to $1. The next statement on its connection sees at least that state. */
const CAUGHT_UP: Statement = {
  name: 'platform_caught_up',
  text: `SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn AS "caughtUp"`,
};

/** The identifier of the database cluster. A replica has the same one as its primary. */
const CLUSTER: Statement = {
  name: 'platform_cluster',
  text: 'SELECT system_identifier::text AS id FROM pg_control_system()',
};

/** The pause before a replica that lags behind is used again. It doubles with each failure. */
const BEHIND_PAUSE_MS = 50;
const FIRST_FAILURE_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

type Replica = {
  readonly name: string;
  readonly sequelize: Sequelize;
  /** The replica is not used before this time of `performance.now()`. */
  restsUntilMs: number;
  failures: number;
  /** Whether the cluster identifier was compared with the primary's. */
  genuine: boolean;
};

/** The replicas of a primary. */
export interface Replicas {
  /**
   * Returns the rows from a replica that has replayed every commit acknowledged before this call, or undefined when none
   * has; the caller then reads from the primary. Rejects when the primary does not answer.
   */
  rows<Row extends object>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<readonly Row[] | undefined>;
  close(): Promise<void>;
}

/** Host and port, without the password. */
function nameOf(url: string): string {
  const { host } = new URL(url);
  return host;
}

export function openReplicas({
  urls,
  poolMax,
  primary,
  logger,
}: {
  urls: readonly string[];
  poolMax: number;
  primary: Database;
  logger: Logger;
}): Replicas {
  const replicas: readonly Replica[] = urls.map((url) => ({
    name: nameOf(url),
    sequelize: openSequelize({ url, poolMax, applicationName: 'praxis-replica' }),
    restsUntilMs: 0,
    failures: 0,
    genuine: false,
  }));
  let turn = 0;
  let asked: Promise<string> | undefined;
  let cluster: Promise<string> | undefined;

  /** One query serves all calls in the same turn of the event loop; it is sent at the end of the turn. */
  const written = (): Promise<string> =>
    (asked ??= new Promise<string>((resolve, reject) => {
      setImmediate(() => {
        asked = undefined;
        primary.rows<{ position: string }>(WRITTEN, []).then(([row]) => {
          if (row === undefined) reject(new Error('the primary did not say how far it is'));
          else resolve(row.position);
        }, reject);
      });
    }));

  const clusterOf = async (
    of: (statement: Statement) => Promise<readonly { id: string }[]>,
  ): Promise<string> => (await of(CLUSTER))[0]?.id ?? '';

  /** The next available replica, round-robin. */
  function next(): Replica | undefined {
    const nowMs = performance.now();
    for (const _each of replicas) {
      turn = (turn + 1) % replicas.length;
      const replica = replicas[turn];
      if (replica !== undefined && replica.restsUntilMs <= nowMs) return replica;
    }
    return undefined;
  }

  async function assertGenuine(replica: Replica, connection: Connection): Promise<void> {
    if (replica.genuine) return;
    cluster ??= clusterOf((statement) => primary.rows(statement, []));
    const expected = await cluster.catch((error: unknown) => {
      cluster = undefined;
      throw error;
    });
    if ((await clusterOf((statement) => queryOn(connection, statement, []))) !== expected)
      throw new Error('this is no replica of the database');
    replica.genuine = true;
  }

  async function readOn<Row extends object>(
    replica: Replica,
    position: string,
    statement: Statement,
    values: readonly unknown[],
  ): Promise<readonly Row[] | undefined> {
    const connections = connectionPoolOf(replica.sequelize);
    const connection = await connections.getConnection({ type: 'SELECT' });
    try {
      await assertGenuine(replica, connection);
      // Pipelined on one connection in this order, so the second statement reads no older state than the first.
      const [[check], rows] = await Promise.all([
        queryOn<{ caughtUp: boolean }>(connection, CAUGHT_UP, [position]),
        queryOn<Row>(connection, statement, values),
      ]);
      return check?.caughtUp === true ? rows : undefined;
    } finally {
      connections.releaseConnection(connection);
    }
  }

  function failed(replica: Replica, error: unknown): void {
    const pauseMs = Math.min(FIRST_FAILURE_PAUSE_MS * 2 ** replica.failures, LONGEST_PAUSE_MS);
    if (replica.failures === 0)
      logger.warn({ err: error, replica: replica.name }, 'a replica failed; the primary is read instead');
    replica.failures += 1;
    replica.restsUntilMs = performance.now() + pauseMs;
    // Another server may answer at this address after a reconnect.
    replica.genuine = false;
  }

  return {
    async rows<Row extends object>(statement: Statement, values: readonly unknown[]) {
      const replica = next();
      if (replica === undefined) return undefined;
      const position = await written();
      try {
        const rows = await readOn<Row>(replica, position, statement, values);
        if (replica.failures > 0) logger.info({ replica: replica.name }, 'the replica is back');
        replica.failures = 0;
        if (rows === undefined) replica.restsUntilMs = performance.now() + BEHIND_PAUSE_MS;
        return rows;
      } catch (error) {
        failed(replica, error);
        return undefined;
      }
    },
    async close() {
      await Promise.all(replicas.map(({ sequelize }) => sequelize.close()));
    },
  };
}

/** Reads from a replica that has caught up, or else from the primary. */
export const makeReplicatedDatabase = (primary: Database, replicas: Replicas): Database => ({
  async rows<Row extends object>(statement: Statement, values: readonly unknown[]) {
    const rows = await replicas.rows<Row>(statement, values);
    return rows === undefined ? primary.rows<Row>(statement, values) : [...rows];
  },
});
