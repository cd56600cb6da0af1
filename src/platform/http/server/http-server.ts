import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../../error-code.js';
import { makeConnections, OFFENCE_POINTS } from './connections.js';
import { rateLimitKeys } from '../rate-limits/rate-limit-keys.js';

/**
 * Timeouts against clients that send or read slowly. A response may make no progress for `stallMs` and take `sendMs` in
 * all, which is enough for a megabyte at 9 kB/s.
 */
const TIMEOUTS = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  stallMs: 20_000,
  sendMs: 120_000,
  sweepMs: 2_000,
};
/** Limits of one client and of all clients together. */
const LIMITS = {
  connections: 2_000,
  connectionsPerClient: 256,
  pipelined: 16,
  excess: 16,
  waiting: 1_000,
  requestsPerConnection: 1_000,
  offencePoints: 400,
};
/** The queue of connections that are not accepted yet. When it is full, the client retries after 1 s. */
const BACKLOG = 4_096;
/** The time for a refused client to read the response. */
const FAREWELL_MS = 1_000;
/** How long a draining server accepts connections, because the queue of the system may contain some. */
const CLOSING_MS = 250;
/**
 * The same for a patient one, whose clients get `Connection: close` with their next response. A busy client may pause for a
 * second between two requests; a request on a connection that is being closed would be lost.
 */
const PATIENT_CLOSING_MS = 2_000;
/** How long a new connection may take to send its first request while the server drains. */
const LATECOMER_MS = 500;

/** The timeouts of requests and responses, and the interval of their check. */
export type Timeouts = Readonly<typeof TIMEOUTS>;
export type ServerLimits = Readonly<typeof LIMITS>;

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

const problem = (status: number, code: string, detail: string): string =>
  JSON.stringify({ type: `/problems/${code}`, title: STATUS_CODES[status], status, detail, code });

/** Answers on the raw socket, because the parser has rejected the connection. */
function refuseSocket(socket: Socket, status: number, detail: string): void {
  const body = problem(status, 'malformed-request', detail);
  socket.end(
    [
      `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${String(Buffer.byteLength(body))}`,
      'X-Content-Type-Options: nosniff',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  // end() closes only our side; a client that continues to send would keep the connection open.
  setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
}

/** Answers requests that Node's parser rejects, in the format of the API, because they never reach Koa. */
function refuse(error: Error, socket: Socket): void {
  if (hasCode(error, 'ECONNRESET') || !socket.writable) {
    socket.destroy();
    return;
  }
  if (hasCode(error, 'HPE_HEADER_OVERFLOW')) refuseSocket(socket, 431, 'The headers are too large.');
  else if (hasCode(error, 'ERR_HTTP_REQUEST_TIMEOUT'))
    refuseSocket(socket, 408, 'The request took too long to arrive.');
  else refuseSocket(socket, 400, 'This is not an HTTP request that can be read.');
}

function countHosts({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  return hosts;
}

/** A violation of RFC 9112 §2.3 or §3.2 that the parser accepts; undefined when there is none. */
function faultOf(request: IncomingMessage): string | undefined {
  const { httpVersionMajor: major, httpVersionMinor: minor } = request;
  if (major !== 1 || minor > 1) return 'Requests are HTTP/1.1 or HTTP/1.0, and say so.';
  const hosts = countHosts(request);
  if (hosts > 1) return 'The request has more than one Host header.';
  return hosts === 0 && minor === 1 ? 'The request has no Host header.' : undefined;
}

/** Answers `malformed-request` and closes the connection. */
function refuseRequest(response: ServerResponse, detail: string): void {
  response.writeHead(400, {
    'Content-Type': 'application/problem+json',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  });
  response.end(problem(400, 'malformed-request', detail));
}

const starting: Listener = (_request, response) => {
  response.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '1' });
  response.end(problem(503, 'unavailable', 'The server is starting.'));
};

export interface HttpServer {
  /** `http://host:port` as bound. */
  readonly url: string;
  /** Sets the listener of requests; before that the server answers 503. */
  serve(listener: Listener): void;
  draining(): boolean;
  /** To be called for every request that a rate limit refused. */
  refused(request: IncomingMessage): void;
  /**
   * Stops accepting connections after a moment, lets running requests finish, and closes each connection after its response.
   * Requests that run longer than `graceMs` are aborted. With `patient`, idle connections may send one more request, which is
   * answered with `Connection: close`, so that a client between two requests is not cut off.
   */
  drain(graceMs: number, options?: Readonly<{ patient?: boolean }>): Promise<void>;
}

const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Binds the port before anything else starts, so that a port in use is reported early. Rejects with EADDRINUSE and similar errors. */
export async function listen(
  {
    host,
    port,
    trustProxy = false,
    rateLimit = true,
    onShutOut = () => undefined,
  }: Readonly<{
    host: string;
    port: number;
    trustProxy?: boolean;
    rateLimit?: boolean;
    onShutOut?: (client: string) => void;
  }>,
  timeouts: Partial<Timeouts> = {},
  limits: Partial<ServerLimits> = {},
): Promise<HttpServer> {
  const { headersMs, requestMs, keepAliveMs, stallMs, sendMs, sweepMs } = { ...TIMEOUTS, ...timeouts };
  const merged = { ...LIMITS, ...limits };
  let listener = starting;
  let draining = false;
  /** Whether idle connections are closed; before that their next response carries `Connection: close`. */
  let closing = false;
  const connections = makeConnections({
    limits: {
      total: merged.connections,
      perClient: trustProxy ? null : merged.connectionsPerClient,
      pipelined: merged.pipelined,
      excess: merged.excess,
      waiting: merged.waiting,
      requests: merged.requestsPerConnection,
      offencePoints: rateLimit ? merged.offencePoints : null,
      sendMs,
    },
    clientOf: ({ remoteAddress = '' }) => (trustProxy ? '' : rateLimitKeys(remoteAddress).network),
    answer(request, response) {
      if (draining) response.setHeader('Connection', 'close');
      const fault = faultOf(request);
      if (fault === undefined) listener(request, response);
      else refuseRequest(response, fault);
    },
    onAnswered() {
      if (closing) server.closeIdleConnections();
    },
    onShutOut,
  });
  const server: Server = createServer(
    {
      connectionsCheckingInterval: sweepMs,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      requireHostHeader: false, // `faultOf` rejects it instead, with a problem document.
    },
    (request, response) => {
      connections.handle(request, response);
    },
  );
  server.on('connection', (socket) => {
    connections.admit(socket);
  });
  server.timeout = stallMs;
  server.on('timeout', (socket: Socket) => {
    // A connection without traffic is in order while its request is processed.
    if (socket.writableLength > 0 || !connections.isBusy(socket)) socket.destroy();
  });
  const sweeping = setInterval(() => {
    connections.sweep();
  }, sweepMs);
  sweeping.unref();
  server.once('close', () => {
    clearInterval(sweeping);
  });
  server.keepAliveTimeout = keepAliveMs;
  server.on('clientError', refuse);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;

  return {
    url: `http://${hostInUrl(host)}:${String(address.port)}`,
    serve(next) {
      listener = next;
    },
    draining: () => draining,
    refused({ socket }) {
      connections.blame(socket, OFFENCE_POINTS.refused);
    },
    async drain(graceMs, { patient = false } = {}) {
      const begun = performance.now();
      draining = true;
      const running = [...connections.running()];
      for (const response of running) if (!response.headersSent) response.setHeader('Connection', 'close');
      const closingMs = patient ? PATIENT_CLOSING_MS : running.length > 0 ? CLOSING_MS : 0;
      await sleep(Math.min(closingMs, graceMs));
      closing = true;
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      server.closeIdleConnections();
      const latecomers = setTimeout(() => {
        for (const socket of connections.unused()) if (socket.bytesRead === 0) socket.destroy();
      }, LATECOMER_MS);
      const deadline = setTimeout(
        () => {
          server.closeAllConnections();
        },
        Math.max(0, graceMs - (performance.now() - begun)), // Node 24 warns of a negative delay
      );
      await closed;
      clearTimeout(latecomers);
      clearTimeout(deadline);
    },
  };
}
