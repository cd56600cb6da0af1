import { randomUUID } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import type { Metrics } from '../../telemetry/metrics.js';
import { truncateAddress } from './client-address.js';
import { applyHead, setPendingHeader } from '../replies/pending-headers.js';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** W3C Trace Context: version 00, lower-case hex, neither id all zeros. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Takes the request id of the client if it is well-formed, otherwise creates one, and returns it in a header. */
function nameRequest(context: Context): string {
  const given = context.get('x-request-id');
  const requestId = REQUEST_ID.test(given) ? given : randomUUID();
  context.state['requestId'] = requestId;
  setPendingHeader(context, 'X-Request-Id', requestId);
  return requestId;
}

const traceOf = (context: Context): string | undefined => {
  const traceparent = context.get('traceparent');
  return TRACEPARENT.test(traceparent) ? traceparent : undefined;
};

/** The matched path template, so that logs and metrics contain no id or token of a path. */
const routeOf = (context: Context): string => (context.state['route'] as string | undefined) ?? 'unmatched';

/** Assigns the request id, and measures, counts and logs every request. */
export const requestContext =
  ({ logger, metrics }: { logger: Logger; metrics: Metrics }): Middleware =>
  async (context, next) => {
    const startedMs = performance.now();
    const requestId = nameRequest(context);
    await next();
    applyHead(context);
    const durationMs = performance.now() - startedMs;
    const { method, status } = context;
    const route = routeOf(context);
    metrics.observeRequest({ method, route, status, durationSeconds: durationMs / 1_000 });
    const actor = context.state['actor'] as { userId: string } | null | undefined;
    logger.info(
      {
        requestId,
        traceparent: traceOf(context),
        client: truncateAddress(context.ip),
        method,
        route,
        status,
        durationMs: Math.round(durationMs * 100) / 100,
        userId: actor?.userId,
      },
      'request',
    );
  };
