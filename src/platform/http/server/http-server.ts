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
 * Slow headers and slow bodies end here; a client that trickles bytes cannot hold a socket for long. Neither can one that
 * does not read: an answer may stand still for `stallMs` and take `sendMs` in all, which a megabyte needs at 9 kB/s.
 */
const TIMEOUTS = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  stallMs: 20_000,
  sendMs: 120_000,
  sweepMs: 2_000,
};
/** What a client, and what all of them together, may hold. */
const LIMITS = {
  connections: 2_000,
  connectionsPerClient: 256,
  pipelined: 16,
  excess: 16,
  waiting: 1_000,
  requestsPerConnection: 1_000,
  offencePoints: 400,
};
/** Connections that the system keeps until they are accepted; a client whose connection finds no room tries again after 1 s. */
const BACKLOG = 4_096;
/** How long a connection that was refused may take to read why. */
const FAREWELL_MS = 1_000;
/** How long new connections are still taken while others are busy: the system has some in store that we have not seen. */
const CLOSING_MS = 250;
/** How long a connection that was opened just before the end may take to say what it wants. */
const LATECOMER_MS = 500;

/** How long requests may take to arrive and answers to be taken, and how often that is looked at. */
export type Timeouts = Readonly<typeof TIMEOUTS>;
export type ServerLimits = Readonly<typeof LIMITS>;

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

const problem = (status: number, code: string, detail: string): string =>
  JSON.stringify({ type: `/problems/${code}`, title: STATUS_CODES[status], status, detail, code });

/** Answers past the parser, which has given this connection up. */
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
  // Ending closes only our side, and a client that goes on sending would keep the other.
  setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
}

/** What Node's parser refuses never reaches Koa; it is answered here in the same words. */
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

/** What the parser lets pass although RFC 9112 §2.3 and §3.2 do not; undefined when there is nothing of the kind. */
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
  /** From now on requests are answered by `listener`; until then with 503. */
  serve(listener: Listener): void;
  draining(): boolean;
  /** Told of every request that was refused because its client sends too many. */
  refused(request: IncomingMessage): void;
  /**
   * Takes no new connections (or only for a moment), lets running requests finish, closes each connection after its answer;
   * what still runs after `graceMs` is cut off. `patient` waits a moment for the next request of connections that are idle,
   * so that a client in mid-conversation is told rather than cut off.
   */
  drain(graceMs: number, options?: Readonly<{ patient?: boolean }>): Promise<void>;
}

const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Binds first, so that a port that is taken is known before anything else is started. Rejects with EADDRINUSE and the like. */
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
  /** From when on a connection without a request is closed; until then it is told, by its next answer. */
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
      requireHostHeader: false, // Node's refusal is no problem document: `faultOf` refuses instead.
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
    // Silence is nobody's fault while the answer is being worked on.
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
      if (running.length > 0 || patient) await sleep(Math.min(CLOSING_MS, graceMs));
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
