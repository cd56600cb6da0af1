import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { hasCode } from '../error-code.js';
import { setTimeout as sleep } from 'node:timers/promises';

/** Slow headers and slow bodies end here; a client that trickles bytes cannot hold a socket for long. */
const TIMEOUTS = { headersMs: 10_000, requestMs: 30_000, keepAliveMs: 65_000, sweepMs: 2_000 };
/** How long a connection that was refused may take to read why. */
const FAREWELL_MS = 1_000;
/** How long new connections are still taken while others are busy: the system has some in store that we have not seen. */
const CLOSING_MS = 250;
/** How long a connection that was opened just before the end may take to say what it wants. */
const LATECOMER_MS = 500;

/** How long the headers, and the whole of a request, may take to arrive, and how often that is looked at. */
export type Timeouts = Readonly<typeof TIMEOUTS>;

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

const problem = (status: number, code: string, detail: string): string =>
  JSON.stringify({ type: `/problems/${code}`, title: STATUS_CODES[status], status, detail, code });

/** What Node's parser refuses never reaches Koa; it is answered here in the same words. */
function refuse(error: Error, socket: Socket): void {
  if (hasCode(error, 'ECONNRESET') || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = hasCode(error, 'HPE_HEADER_OVERFLOW')
    ? [431, 'The headers are too large.']
    : hasCode(error, 'ERR_HTTP_REQUEST_TIMEOUT')
      ? [408, 'The request took too long to arrive.']
      : [400, 'This is not an HTTP request that can be read.'];
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
  { host, port }: { host: string; port: number },
  { headersMs, requestMs, keepAliveMs, sweepMs }: Timeouts = TIMEOUTS,
): Promise<HttpServer> {
  let listener = starting;
  let draining = false;
  /** From when on a connection without a request is closed; until then it is told, by its next answer. */
  let closing = false;
  const running = new Set<ServerResponse>();
  /** Connections without a request so far, which Node counts as busy (browsers open some in advance). */
  const fresh = new Set<Socket>();
  const server: Server = createServer(
    {
      connectionsCheckingInterval: sweepMs,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
    },
    (request, response) => {
      fresh.delete(request.socket);
      if (draining) response.setHeader('Connection', 'close');
      running.add(response);
      response.once('close', () => {
        running.delete(response);
        if (closing) server.closeIdleConnections();
      });
      listener(request, response);
    },
  );
  server.on('connection', (socket) => {
    fresh.add(socket);
    socket.once('close', () => fresh.delete(socket));
  });
  server.keepAliveTimeout = keepAliveMs;
  server.on('clientError', refuse);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
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
    async drain(graceMs, { patient = false } = {}) {
      const begun = performance.now();
      draining = true;
      for (const response of running) if (!response.headersSent) response.setHeader('Connection', 'close');
      if (running.size > 0 || patient) await sleep(Math.min(CLOSING_MS, graceMs));
      closing = true;
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      server.closeIdleConnections();
      const latecomers = setTimeout(() => {
        for (const socket of fresh) if (socket.bytesRead === 0) socket.destroy();
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
