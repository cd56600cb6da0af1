import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Slow headers and slow bodies end here; a client that trickles bytes cannot hold a socket for long. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const SWEEP_MS = 2_000;

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

const problem = (status: number, code: string, detail: string): string =>
  JSON.stringify({ type: `/problems/${code}`, title: STATUS_CODES[status], status, detail, code });

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** What Node's parser refuses never reaches Koa; it is answered here in the same words. */
function refuse(error: Error, socket: Socket): void {
  if (isCode(error, 'ECONNRESET') || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = isCode(error, 'HPE_HEADER_OVERFLOW')
    ? [431, 'The headers are too large.']
    : isCode(error, 'ERR_HTTP_REQUEST_TIMEOUT')
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
   * Takes no new connections, lets running requests finish, closes each connection after its answer;
   * what still runs after `graceMs` is cut off.
   */
  drain(graceMs: number): Promise<void>;
}

const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Binds first, so that a port that is taken is known before anything else is started. Rejects with EADDRINUSE and the like. */
export async function listen({ host, port }: { host: string; port: number }): Promise<HttpServer> {
  let listener = starting;
  let draining = false;
  const server: Server = createServer(
    {
      connectionsCheckingInterval: SWEEP_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    },
    (request, response) => {
      if (draining) response.setHeader('Connection', 'close');
      listener(request, response);
    },
  );
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
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
    async drain(graceMs) {
      draining = true;
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      server.closeIdleConnections();
      const deadline = setTimeout(() => {
        server.closeAllConnections();
      }, graceMs);
      await closed;
      clearTimeout(deadline);
    },
  };
}
