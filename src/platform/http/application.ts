import Router from '@koa/router';
import Koa, { type Context, type Middleware } from 'koa';
import type { Logger } from 'pino';
import type { Metrics } from '../telemetry/metrics.js';
import { errorBoundary } from './error-boundary.js';
import { enforceLimit } from './limit-headers.js';
import type { Page } from './pages.js';
import { ProtocolError, type ProblemCatalog } from './problems.js';
import type { RateLimitState } from './rate-limits.js';
import { requestContext } from './request-context.js';
import { makeRouteHandler, type RouteServices } from './route-handler.js';
import { problemCodesOf } from './route-problems.js';
import type { Route } from './route.js';
import { crossOrigin, securityHeaders } from './security-headers.js';

export type ApplicationOptions = Readonly<{
  routes: readonly Route[];
  pages: readonly Page[];
  catalog: ProblemCatalog;
  services: RouteServices;
  /** The general limit, counted for each client without a round trip. */
  clientLimiter: Readonly<{ check(key: string): RateLimitState }>;
  logger: Logger;
  metrics: Metrics;
  publicUrl: string;
  corsOrigins: readonly string[];
  trustProxy: boolean;
}>;

/** `/v1/sessions/{id}` as @koa/router writes it. */
const routerPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Fails at start, not at the first request, when a route names a code that nobody explains. */
function assertExplained(routes: readonly Route[], catalog: ProblemCatalog): void {
  for (const route of routes)
    for (const code of problemCodesOf(route))
      if (!Object.hasOwn(catalog, code))
        throw new Error(`${route.operationId} names the unknown problem ${code}`);
}

function routeMiddleware(route: Route, { services, clientLimiter }: ApplicationOptions): Middleware {
  const handle = makeRouteHandler(route, services);
  const problemCodes = problemCodesOf(route);
  return async (context) => {
    context.state['route'] = route.path;
    context.state['problemCodes'] = problemCodes;
    enforceLimit(context, 'client', clientLimiter.check(context.ip));
    await handle(context);
  };
}

const pageMiddleware =
  (page: Page): Middleware =>
  async (context) => {
    context.state['route'] = page.path;
    await page.handle(context);
  };

/** What a path answers to, beside what was declared: HEAD wherever GET is (RFC 9110 §9.3.2), OPTIONS everywhere. */
function allowedMethods(context: Context): string[] {
  const layers = (context['matched'] as readonly { methods: readonly string[] }[] | undefined) ?? [];
  const methods = new Set(layers.flatMap(({ methods }) => methods));
  return methods.size === 0 ? [] : [...methods, 'OPTIONS'].sort();
}

/** Paths without a route for the method: OPTIONS is answered, other methods get 405 + Allow, unknown paths 404. */
const unrouted: Middleware = (context) => {
  if (context.state['route'] !== undefined) return;
  const allow = allowedMethods(context);
  if (allow.length === 0) throw new ProtocolError('not-found', 'There is nothing at this path.');
  context.set('Allow', allow.join(', '));
  if (context.method !== 'OPTIONS')
    throw new ProtocolError('method-not-allowed', `This path does not know ${context.method}.`);
  context.status = 204;
};

/** Builds the Koa application from the routes: thin middleware around the handlers made of them. */
export function createApplication(options: ApplicationOptions): Koa {
  const { routes, pages, catalog, logger, metrics } = options;
  assertExplained(routes, catalog);

  const router = new Router({ sensitive: true, strict: true });
  for (const page of pages) router.get(routerPath(page.path), pageMiddleware(page));
  for (const route of routes) router[route.method](routerPath(route.path), routeMiddleware(route, options));

  const app = new Koa({ proxy: options.trustProxy });
  app.on('error', (error: unknown) => {
    // What escapes the boundary comes from the connection: a peer that went away while it was being answered.
    logger.debug({ err: error }, 'connection');
  });
  app.use(requestContext({ logger, metrics }));
  app.use(securityHeaders(options));
  const cors = crossOrigin({ origins: options.corsOrigins });
  if (cors !== undefined) app.use(cors);
  app.use(errorBoundary({ catalog, logger }));
  app.use(router.routes());
  app.use(unrouted);
  return app;
}
