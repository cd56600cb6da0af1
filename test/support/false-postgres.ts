import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Methods by which a false server may try to get the password: AuthenticationRequest messages. */
export const METHODS = {
  cleartext: Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]),
  md5: Buffer.from([0x52, 0, 0, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4]),
  /** AuthenticationOk and ReadyForQuery: a client that accepts them sends statements and their parameters. */
  none: Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]),
} as const;

/** A server on a TCP port of 127.0.0.1 that requests the password by `method` and stores what it receives. */
export async function startFalsePostgres(method: keyof typeof METHODS, port = 0) {
  /** The bytes after the start-up message, of all connections. */
  const received: string[] = [];
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.on('data', (chunk: Buffer) => received.push(chunk.toString('latin1')));
      socket.write(METHODS[method]);
    });
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received: (): readonly string[] => received,
    connections: () => connections,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
