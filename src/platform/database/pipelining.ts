import type { ClientInternals } from './driver-internals.js';

/**
 * Turns on pg's pipeline mode, in which statements follow each other on one connection without waiting for the results in
 * between, and sends the statements of one turn of the event loop in one packet. PostgreSQL still answers them in
 * order, each in its own transaction unless one is open.
 */
export function pipeline(client: ClientInternals): void {
  client.pipeline = true;
  const { stream } = client.connection;
  const prototype = Object.getPrototypeOf(client) as ClientInternals;
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
