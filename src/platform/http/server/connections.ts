import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The limits of connections. */
export type ConnectionLimits = Readonly<{
  /** The maximum of all connections. Beyond it the client with the most connections loses an idle one. */
  total: number;
  /** The maximum for one client; null behind a proxy, where all clients share its address. */
  perClient: number | null;
  /** The maximum of pipelined requests that wait on one connection (RFC 9112 §9.3.2). */
  pipelined: number;
  /** The maximum of waiting requests on all connections; one more destroys its connection. */
  waiting: number;
  /** So many requests beyond `pipelined` destroy the connection, because Node keeps a response object for each. */
  excess: number;
  /** The maximum of requests on one connection before it is closed. */
  requests: number;
  /** The maximum time from the headers of a response until the client has received all of it. */
  sendMs: number;
  /** Offence points in a minute that block a client for a minute; null: never. */
  offencePoints: number | null;
}>;

/** The points of a refused request, and of a connection with too many pipelined requests. */
export const OFFENCE_POINTS = { refused: 1, pipelined: 100 } as const;
const MINUTE_MS = 60_000;
/**
 * A client may pipeline further requests behind a response of at most so many bytes. Behind a larger one the connection is
 * closed, because the system buffers megabytes for a client that does not read.
 */
const MAX_BYTES_BEFORE_PIPELINED = 64 * 1024;
/** Beyond it the oldest records are removed. */
const MAX_OFFENDERS = 10_000;

type Offender = { points: number; untilMs: number; shutOut: boolean };

type Exchange = Readonly<{ request: IncomingMessage; response: ServerResponse }>;

/** All state of a connection, its responses included. Nothing else refers to them, so they are freed with it. */
type Connection = {
  readonly socket: Socket;
  readonly client: string;
  /** undefined: the connection is idle, or has had no request yet. */
  response: ServerResponse | undefined;
  readonly waiting: Exchange[];
  /** The number of requests so far. */
  requests: number;
  /** The number of requests beyond the limit of pipelined ones. */
  excess: number;
  idleSinceMs: number;
  /** The response that the last sweep found unfinished, and when a sweep first found it. */
  sending: Readonly<{ response: ServerResponse; sinceMs: number }> | undefined;
};

export interface Connections {
  /** Registers a new connection, or destroys it when there are too many. */
  admit(socket: Socket): void;
  /** Answers the request after the earlier requests of its connection. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Whether a response of the connection is unfinished. */
  isBusy(socket: Socket): boolean;
  /** All unfinished responses. */
  running(): Iterable<ServerResponse>;
  /** Connections without any request so far. */
  unused(): Iterable<Socket>;
  /**
   * Adds offence points to the client of the connection. A client that continues after refusals takes time from others:
   * after too many points its connections are destroyed, and new ones are refused for a minute.
   */
  blame(socket: Socket, points: number): void;
  /** Destroys connections whose client is too slow to receive its response. */
  sweep(): void;
}

/**
 * Processes one request of a connection at a time, so that a client cannot make the server compute and hold many responses
 * by pipelining.
 */
export function makeConnections({
  limits,
  clientOf,
  answer,
  onAnswered,
  onShutOut,
}: Readonly<{
  limits: ConnectionLimits;
  /** The rate limit key of the connection's client. */
  clientOf: (socket: Socket) => string;
  answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  onAnswered: () => void;
  onShutOut: (client: string) => void;
}>): Connections {
  const connections = new Map<Socket, Connection>();
  const byClient = new Map<string, Set<Connection>>();
  const offenders = new Map<string, Offender>();
  /** Bounded, because Node creates an error for each request that a reset connection leaves unanswered. */
  let waitingInAll = 0;

  function remove(connection: Connection): void {
    connections.delete(connection.socket);
    waitingInAll -= connection.waiting.length;
    connection.waiting.length = 0;
    const ofClient = byClient.get(connection.client);
    ofClient?.delete(connection);
    if (ofClient?.size === 0) byClient.delete(connection.client);
  }

  /** Destroys the connection that has been idle longest; returns whether there was one. */
  function dropIdle(candidates: Iterable<Connection>): boolean {
    let longest: Connection | undefined;
    for (const connection of candidates)
      if (
        connection.response === undefined &&
        (longest === undefined || connection.idleSinceMs < longest.idleSinceMs)
      )
        longest = connection;
    if (longest === undefined) return false;
    remove(longest);
    longest.socket.destroy();
    return true;
  }

  function isShutOut(client: string): boolean {
    const offender = offenders.get(client);
    return offender?.shutOut === true && performance.now() < offender.untilMs;
  }

  function blame(client: string, points: number): void {
    if (limits.offencePoints === null || limits.perClient === null) return;
    const nowMs = performance.now();
    let offender = offenders.get(client);
    if (offender === undefined || offender.untilMs <= nowMs) {
      offender = { points: 0, untilMs: nowMs + MINUTE_MS, shutOut: false };
      offenders.delete(client);
      if (offenders.size >= MAX_OFFENDERS) offenders.delete(offenders.keys().next().value ?? '');
      offenders.set(client, offender);
    }
    offender.points += points;
    if (offender.shutOut || offender.points < limits.offencePoints) return;
    offender.shutOut = true;
    offender.untilMs = nowMs + MINUTE_MS;
    for (const connection of [...(byClient.get(client) ?? [])]) {
      remove(connection);
      connection.socket.destroy();
    }
    onShutOut(client);
  }

  function makeRoom(client: string): boolean {
    const own = byClient.get(client);
    if (limits.perClient !== null && own !== undefined && own.size >= limits.perClient) return dropIdle(own);
    if (connections.size < limits.total) return true;
    let busiest = own ?? new Set<Connection>();
    for (const others of byClient.values()) if (others.size > busiest.size) busiest = others;
    return dropIdle(busiest);
  }

  function start(connection: Connection, { request, response }: Exchange): void {
    connection.response = response;
    const { socket, waiting } = connection;
    const writtenBefore = socket.bytesWritten;
    // Node emits `close` on the current response of a lost connection, but not on pipelined ones.
    response.once('close', () => {
      connection.response = undefined;
      connection.idleSinceMs = performance.now();
      if (waiting.length > 0 && socket.bytesWritten - writtenBefore > MAX_BYTES_BEFORE_PIPELINED)
        socket.end();
      const next = waiting.shift();
      if (next !== undefined) waitingInAll -= 1;
      // After `Connection: close` no further request is processed.
      if (next !== undefined && socket.writable) start(connection, next);
      onAnswered();
    });
    answer(request, response);
  }

  return {
    admit(socket) {
      const client = clientOf(socket);
      if (isShutOut(client) || !makeRoom(client)) {
        socket.destroy();
        return;
      }
      const connection: Connection = {
        socket,
        client,
        response: undefined,
        waiting: [],
        requests: 0,
        excess: 0,
        idleSinceMs: performance.now(),
        sending: undefined,
      };
      connections.set(socket, connection);
      const ofClient = byClient.get(client) ?? new Set();
      byClient.set(client, ofClient.add(connection));
      socket.once('close', () => {
        remove(connection);
      });
    },
    handle(request, response) {
      const connection = connections.get(request.socket);
      if (connection === undefined) return;
      const { waiting } = connection;
      const isBusy = connection.response !== undefined;
      const isFull = isBusy && waitingInAll >= limits.waiting;
      if (isFull || waiting.length >= limits.pipelined) {
        connection.excess += 1;
        if (connection.excess === 1) blame(connection.client, OFFENCE_POINTS.pipelined);
        if (!isFull && connection.excess < limits.excess) return;
        remove(connection);
        connection.socket.destroy();
        return;
      }
      if (connection.requests >= limits.requests) return;
      connection.requests += 1;
      // The last accepted request closes the connection; the client repeats the others (RFC 9112 §9.3.2).
      if ((isBusy && waiting.length + 1 >= limits.pipelined) || connection.requests >= limits.requests)
        response.setHeader('Connection', 'close');
      if (isBusy) {
        waiting.push({ request, response });
        waitingInAll += 1;
      } else start(connection, { request, response });
    },
    isBusy: (socket) => connections.get(socket)?.response !== undefined,
    *running() {
      for (const { response } of connections.values()) if (response !== undefined) yield response;
    },
    *unused() {
      for (const { requests, socket } of connections.values()) if (requests === 0) yield socket;
    },
    blame(socket, points) {
      const client = connections.get(socket)?.client;
      if (client !== undefined) blame(client, points);
    },
    sweep() {
      const nowMs = performance.now();
      for (const [client, { untilMs }] of offenders) if (untilMs <= nowMs) offenders.delete(client);
      for (const connection of connections.values()) {
        const { response, sending, socket } = connection;
        if (response?.headersSent !== true) continue;
        if (sending?.response !== response) connection.sending = { response, sinceMs: nowMs };
        else if (nowMs - sending.sinceMs > limits.sendMs) socket.destroy();
      }
    },
  };
}
