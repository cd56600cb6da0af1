import type { ClientInternals } from './driver-internals.js';
import { JoinableCall, JoinedCalls } from './joined-calls.js';
import { PreparedQuery } from './prepared-query.js';
import { columnsOf } from './statement-columns.js';

/**
 * Turns on pg's pipeline mode, in which statements follow each other on one connection without waiting for the results in
 * between. PostgreSQL still answers them in order, each in its own transaction unless one is open. Joinable calls of one turn
 * of the event loop are sent together.
 */
export function pipeline(client: ClientInternals): void {
  client.pipeline = true;
  const wire = client.connection;
  const prototype = Object.getPrototypeOf(client) as ClientInternals;
  const send = (...query: unknown[]): unknown => prototype.query.apply(client, query);
  let joined: JoinableCall[] = [];
  const sendJoined = (): void => {
    const calls = joined;
    joined = [];
    if (calls.length > 0) send(new JoinedCalls(calls));
  };
  client.query = (...query) => {
    const [call] = query;
    if (call instanceof JoinableCall && columnsOf(wire, call.name) !== undefined) {
      if (joined.length === 0) setImmediate(sendJoined);
      return joined.push(call);
    }
    sendJoined();
    // The first call on this connection prepares the statement.
    if (call instanceof JoinableCall) return send(new PreparedQuery(call, call.values, call.callback));
    return send(...query);
  };
}

type Results<Statements extends readonly unknown[]> = {
  -readonly [Key in keyof Statements]: Awaited<Statements[Key]>;
};

/**
 * Waits for statements that were sent without waiting in between, so that they share one round trip. For adapters only,
 * and for statements of `Database` only: a call of a Sequelize model sends its statement later, in another order.
 * Rejects with the first failure in the order of the list: a statement that fails makes those after it fail too.
 */
export async function inOrder<Statements extends readonly unknown[] | []>(
  statements: Statements,
): Promise<Results<Statements>> {
  const results: readonly PromiseSettledResult<unknown>[] = await Promise.allSettled(statements);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as Results<Statements>;
}
