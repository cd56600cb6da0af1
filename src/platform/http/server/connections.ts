import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What connections may hold. */
export type ConnectionLimits = Readonly<{
  /** In all. Beyond it the client that has the most loses one that is idle. */
  total: number;
  /** Of one client; null where every client comes through one proxy. */
  perClient: number | null;
  /** Requests that wait on one connection until the one before them is answered (RFC 9112 §9.3.2). */
  pipelined: number;
  /** Requests that wait on all connections together; the connection of one more is destroyed. */
  waiting: number;
  /** Requests beyond `pipelined` at which the connection is destroyed at once: Node holds a response for each until then. */
  excess: number;
  /** Requests on one connection before it is closed. */
  requests: number;
  /** How long one response may take from its headers until the client has taken all of it. */
  sendMs: number;
  /** Points of offences in a minute at which a client is shut out for a minute; null: never. */
  offencePoints: number | null;
}>;

/** What a refused request costs its client, and what a connection with too many pipelined ones does. */
export const OFFENCE_POINTS = { refused: 1, pipelined: 100 } as const;
const MINUTE_MS = 60_000;
/** Beyond it those of the longest ago are forgotten. */
const MAX_OFFENDERS = 10_000;

type Offender = { points: number; untilMs: number; shutOut: boolean };

type Exchange = Readonly<{ request: IncomingMessage; response: ServerResponse }>;

/** A connection is dropped with everything that waits on it: nothing outside of it refers to its responses. */
type Connection = {
  readonly socket: Socket;
  readonly client: string;
  /** undefined: no request so far, which browsers do in advance. */
  response: ServerResponse | undefined;
  readonly waiting: Exchange[];
  /** Requests that have arrived so far. */
  requests: number;
  /** Requests that were pipelined beyond those that are taken. */
  excess: number;
  idleSinceMs: number;
  /** The response that the sweep found being sent, and when it did so first. */
  sending: Readonly<{ response: ServerResponse; sinceMs: number }> | undefined;
};

export interface Connections {
  /** Counts the connection, or destroys it where there are too many. */
  admit(socket: Socket): void;
  /** Answers the request when those before it on its connection are answered. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Whether a response is being worked on or sent. */
  isBusy(socket: Socket): boolean;
  /** Responses that are being worked on or sent. */
  running(): Iterable<ServerResponse>;
  /** Connections without a request so far. */
  unused(): Iterable<Socket>;
  /**
   * Adds to the offences of the client whose connection it is. One that goes on asking although it is refused costs
   * others their time, so after too many its connections are destroyed, and new ones with them, for a minute.
   */
  blame(socket: Socket, points: number): void;
  /** Destroys connections whose client takes too long to take its response. */
  sweep(): void;
}

/**
 * One request at a time is worked on for each connection, so that what a client may have computed and held for it by
 * pipelining is one response.
 */
export function makeConnections({
  limits,
  clientOf,
  answer,
  onAnswered,
  onShutOut,
}: Readonly<{
  limits: ConnectionLimits;
  /** Whose connection it is. */
  clientOf: (socket: Socket) => string;
  answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  onAnswered: () => void;
  onShutOut: (client: string) => void;
}>): Connections {
  const connections = new Map<Socket, Connection>();
  const byClient = new Map<string, Set<Connection>>();
  const offenders = new Map<string, Offender>();
  /** Requests on all connections. Node makes an error for each that is cut off, so a thousand resets must not meet many. */
  let waitingInAll = 0;

  function remove(connection: Connection): void {
    connections.delete(connection.socket);
    waitingInAll -= connection.waiting.length;
    connection.waiting.length = 0;
    const ofClient = byClient.get(connection.client);
    ofClient?.delete(connection);
    if (ofClient?.size === 0) byClient.delete(connection.client);
  }

  /** Destroys the one that has been idle longest; says whether there was one. */
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
    // The response that is first on its connection is told when the connection closes; those that wait are not.
    response.once('close', () => {
      connection.response = undefined;
      connection.idleSinceMs = performance.now();
      const next = connection.waiting.shift();
      if (next !== undefined) waitingInAll -= 1;
      // A connection that was announced to close takes no more requests.
      if (next !== undefined && connection.socket.writable) start(connection, next);
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
      // The last one that is let in closes the connection: the client sends the others again (RFC 9112 §9.3.2).
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
