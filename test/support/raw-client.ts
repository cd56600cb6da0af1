import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes arbitrary bytes. */
export interface RawClient {
  readonly socket: Socket;
  /** The bytes received so far. */
  received(): string;
  send(text: string): void;
  /** Resolves with the received bytes when the connection is closed. */
  readonly gone: Promise<string>;
}

/** `stubborn`: keeps sending after the server has closed its side, until the connection is reset. */
export async function openRawClient(
  url: string,
  { stubborn = false, localAddress }: Readonly<{ stubborn?: boolean; localAddress?: string }> = {},
): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect({
    host: hostname,
    port: Number(port),
    allowHalfOpen: stubborn,
    ...(localAddress !== undefined && { localAddress }),
  });
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.on('error', () => undefined); // a reset also closes the connection
  const gone = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
  await once(socket, 'connect');
  return {
    socket,
    received: () => received,
    send(text) {
      if (socket.writable) socket.write(text);
    },
    gone,
  };
}

/** The text of a request with a JSON body, keeping the connection open afterwards. */
export function requestText(method: string, target: string, body?: unknown): string {
  const json = body === undefined ? '' : JSON.stringify(body);
  const headers = [
    'Host: praxis.test',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
  ];
  return `${method} ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${json}`;
}
