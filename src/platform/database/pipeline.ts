import type { ClientInternals } from './driver-internals.js';

/**
 * Turns on pg's pipeline mode, in which statements follow each other on one connection without waiting for the results in
 * between. PostgreSQL still answers them in order, each in its own transaction unless one is open.
 */
export function pipeline(client: ClientInternals): void {
  client.pipeline = true;
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
