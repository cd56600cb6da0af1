import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { throwListenFault } from '../http/server/listen-fault.js';
import type { Exposition } from './metrics.js';

export type MetricsServer = Readonly<{ url: string; close(): Promise<void> }>;

/**
 * Serves `GET /metrics` on a separate port, which can stay private. Port 0 picks a free one.
 * Rejects with ConfigurationError when the port is taken.
 */
export async function startMetricsServer({
  metrics,
  host,
  port,
}: {
  metrics: Exposition;
  host: string;
  port: number;
}): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    metrics.render().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((error: unknown) => throwListenFault(error, { variable: 'METRICS_PORT', host, port }));
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/metrics`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeAllConnections();
      }),
  };
}
