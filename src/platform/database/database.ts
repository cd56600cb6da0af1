import type { Sequelize, Transaction } from 'sequelize';

/** A named prepared statement with $1-style parameters: PostgreSQL plans it once a connection, not once a call. */
export type Statement = Readonly<{ name: string; text: string }>;

/** The read path of every query port: one SQL statement in, plain rows out. */
export interface Database {
  rows<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** The part of a pg client that Sequelize pools and that is used here. */
type Connection = {
  query(config: { name: string; text: string; values: unknown[] }): Promise<{ rows: object[] }>;
};
type ConnectionManager = {
  getConnection(options: { type: 'SELECT'; useMaster: boolean }): Promise<Connection>;
  releaseConnection(connection: Connection): void;
};

async function queryOn<Row extends object>(
  connection: Connection,
  statement: Statement,
  values: readonly unknown[],
) {
  const { rows } = await connection.query({
    name: statement.name,
    text: statement.text,
    values: [...values],
  });
  return rows as Row[];
}

/**
 * Reads on a connection of Sequelize's pool without `sequelize.query`, which costs 50–65 µs a call (docs/adr).
 * A connection that broke is marked invalid by Sequelize's own error listener and leaves the pool.
 */
export const makeDatabase = ({ sequelize }: { sequelize: Sequelize }): Database => {
  const connections = (sequelize as unknown as { connectionManager: ConnectionManager }).connectionManager;
  return {
    async rows<Row extends object>(statement: Statement, values: readonly unknown[]) {
      const connection = await connections.getConnection({ type: 'SELECT', useMaster: false });
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
  const { connection } = transaction as unknown as { connection: Connection };
  return { rows: (statement, values) => queryOn(connection, statement, values) };
};
