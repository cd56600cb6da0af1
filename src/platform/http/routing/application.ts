import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import Koa, { type Context, type Middleware } from 'koa';
import type { Logger } from 'pino';
import type { Metrics } from '../../telemetry/metrics.js';
import { ClientDisconnected } from '../replies/client-disconnected.js';
import { errorBoundary, sendProblem } from '../replies/error-boundary.js';
import { enforceLimit } from '../rate-limits/limit-headers.js';
import type { LoadShedder } from '../server/load-shedder.js';
import type { Page } from '../pages/pages.js';
import { ProtocolError } from '../replies/protocol-error.js';
import type { ProblemCatalog } from '../replies/problem-catalog.js';
import { rateLimitKeys } from '../rate-limits/rate-limit-keys.js';
import type { ClientLimiter, RequestBudget } from '../rate-limits/rate-limits.js';
import { requestContext } from '../requests/request-context.js';
import { makeRouteHandler, type RouteServices } from './route-handler.js';
import { problemCodesOf } from './route-problems.js';
import type { Route } from './route.js';
import { crossOrigin, securityHeaders } from '../replies/security-headers.js';
import { TURN_UNITS } from '../server/turns.js';

export type ApplicationOptions = Readonly<{
  routes: readonly Route[];
  pages: readonly Page[];
  catalog: ProblemCatalog;
  services: RouteServices;
  /** The general limit, counted for each client without a round trip. */
  clientLimiter: Pick<ClientLimiter, 'check'>;
  /** Asked for every request of a route; probes and other pages are always answered. */
  loadShedder: Pick<LoadShedder, 'enter'>;
  /** Called for every request that the general limit refuses. */
  onRefused: (request: IncomingMessage) => void;
  logger: Logger;
  metrics: Metrics;
  publicUrl: string;
  corsOrigins: readonly string[];
  trustProxy: boolean;
}>;

/** `/v1/sessions/{id}` as @koa/router writes it. */
const routerPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Fails at start, not at the first request, when a route names a code that is not in the catalogue. */
function assertExplained(routes: readonly Route[], catalog: ProblemCatalog): void {
  for (const route of routes)
    for (const code of problemCodesOf(route))
      if (!Object.hasOwn(catalog, code))
        throw new Error(`${route.operationId} names the unknown problem ${code}`);
}

/** The methods of each path without parameters. */
type LiteralPaths = ReadonlyMap<string, readonly string[]>;

function literalPaths({ routes, pages }: ApplicationOptions): LiteralPaths {
  const methods = new Map<string, Set<string>>();
  const add = (path: string, ...names: string[]): void => {
    if (!path.includes('{')) methods.set(path, new Set([...(methods.get(path) ?? []), ...names]));
  };
  for (const page of pages) add(page.path, 'GET', 'HEAD', ...('submit' in page ? ['POST'] : []));
  for (const { path, method } of routes)
    add(path, ...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  return new Map([...methods].map(([path, names]) => [path, [...names]]));
}

/**
 * A literal path is more specific than a template (OpenAPI 3.1 §4.8.8.2): `/v1/sessions/refresh` is never a session
 * whose id is `refresh`.
 */
const shadowed = (path: string, actual: string, literals: LiteralPaths): boolean =>
  path.includes('{') && literals.has(actual);

type LimitClient = (context: Context, budget?: RequestBudget) => void;
type AwaitTurn = (context: Context, units: number) => Promise<void>;

/** Counts every request of a client. Probes have a budget of their own. */
const makeLimitClient =
  ({ clientLimiter, onRefused }: ApplicationOptions): LimitClient =>
  (context, budget = 'client') => {
    const state = clientLimiter.check(context.ip, budget);
    if (!state.allowed) onRefused(context.req);
    enforceLimit(context, budget, state);
  };

/** Waits for a turn of the event loop with capacity for the request. Throws when the client has disconnected meanwhile. */
const makeAwaitTurn =
  ({ services: { turns } }: ApplicationOptions): AwaitTurn =>
  async (context, units) => {
    await turns.take(rateLimitKeys(context.ip).network, units);
    if (context.req.socket.destroyed) throw new ClientDisconnected();
  };

function routeMiddleware(
  route: Route,
  { services, loadShedder }: ApplicationOptions,
  limitClient: LimitClient,
  awaitTurn: AwaitTurn,
  literals: LiteralPaths,
): Middleware {
  const handle = makeRouteHandler(route, services);
  const problemCodes = problemCodesOf(route);
  return async (context, next) => {
    if (shadowed(route.path, context.path, literals)) {
      await next();
      return;
    }
    context.state['route'] = route.path;
    context.state['problemCodes'] = problemCodes;
    limitClient(context);
    await awaitTurn(context, TURN_UNITS.route);
    const leave = loadShedder.enter(rateLimitKeys(context.ip).network);
    try {
      await handle(context);
    } finally {
      leave();
    }
  };
}

const pageMiddleware =
  (
    page: Page,
    handle: Page['handle'],
    limitClient: LimitClient,
    awaitTurn: AwaitTurn,
    literals: LiteralPaths,
  ): Middleware =>
  async (context, next) => {
    if (shadowed(page.path, context.path, literals)) {
      await next();
      return;
    }
    context.state['route'] = page.path;
    limitClient(context, page.probe === true ? 'probe' : 'client');
    if (page.probe !== true) await awaitTurn(context, TURN_UNITS.page);
    await handle(context);
  };

/** The methods of a path: HEAD wherever GET is (RFC 9110 §9.3.2), OPTIONS everywhere. */
function allowedMethods(context: Context, literals: LiteralPaths): string[] {
  const layers = (context['matched'] as readonly { methods: readonly string[] }[] | undefined) ?? [];
  const methods = new Set(literals.get(context.path) ?? layers.flatMap(({ methods: names }) => names));
  return methods.size === 0 ? [] : [...methods, 'OPTIONS'].sort();
}

/** Paths without a route for the method: OPTIONS is answered, other methods get 405 + Allow, unknown paths 404. */
const unrouted =
  (limitClient: LimitClient, literals: LiteralPaths): Middleware =>
  (context) => {
    if (context.state['route'] !== undefined) return;
    limitClient(context);
    const allow = allowedMethods(context, literals);
    if (allow.length === 0) throw new ProtocolError('not-found', 'There is nothing at this path.');
    context.set('Allow', allow.join(', '));
    if (context.method !== 'OPTIONS')
      throw new ProtocolError('method-not-allowed', `This path does not know ${context.method}.`);
    context.status = 204;
  };

/** The first segment of a path, and below `/v1` the second: no route has a parameter there. */
function resourceOf(path: string): string {
  const end = path.indexOf('/', path.startsWith('/v1/') ? 4 : 1);
  return end === -1 ? path : path.slice(0, end);
}

/** One router for each resource, so that a request is matched against the few paths of its resource. */
function dispatch(options: ApplicationOptions, limitClient: LimitClient, literals: LiteralPaths): Middleware {
  const awaitTurn = makeAwaitTurn(options);
  const routers = new Map<string, Router>();
  const routerOf = (path: string): Router => {
    const resource = resourceOf(path);
    if (resource.includes('{')) throw new Error(`${path} has a parameter where resources are told apart`);
    const known = routers.get(resource) ?? new Router({ sensitive: true, strict: true });
    routers.set(resource, known);
    return known;
  };
  for (const page of options.pages) {
    const router = routerOf(page.path);
    const path = routerPath(page.path);
    const handle = page.handle.bind(page);
    const submit = page.submit?.bind(page);
    router.get(path, pageMiddleware(page, handle, limitClient, awaitTurn, literals));
    if (submit !== undefined)
      router.post(path, pageMiddleware(page, submit, limitClient, awaitTurn, literals));
  }
  for (const route of options.routes)
    routerOf(route.path)[route.method](
      routerPath(route.path),
      routeMiddleware(route, options, limitClient, awaitTurn, literals),
    );
  const handlers = new Map([...routers].map(([resource, router]) => [resource, router.routes()]));
  return (context, next) => {
    const handle = handlers.get(resourceOf(context.path));
    return handle === undefined
      ? next()
      : (handle(context as Parameters<typeof handle>[0], next) as Promise<void>);
  };
}

/** Limits preflight requests, which the CORS middleware answers before the routes and the error boundary. */
const limitPreflights =
  ({ catalog, logger }: ApplicationOptions, limitClient: LimitClient): Middleware =>
  async (context, next) => {
    try {
      if (context.method === 'OPTIONS') limitClient(context);
    } catch (error) {
      sendProblem(context, error, { catalog, logger });
      return;
    }
    await next();
  };

/** Builds the Koa application from the routes: thin middleware around the handlers made of them. */
export function createApplication(options: ApplicationOptions): Koa {
  const { routes, catalog, logger, metrics } = options;
  assertExplained(routes, catalog);

  const literals = literalPaths(options);
  const limitClient = makeLimitClient(options);

  // The proxy appends the address of its peer, so only the last address is trustworthy; the client may forge the others.
  const app = new Koa({ proxy: options.trustProxy, maxIpsCount: 1 });
  app.on('error', (error: unknown) => {
    // Errors outside the error boundary come from the connection: the peer disconnected during the response.
    logger.debug({ err: error }, 'connection');
  });
  app.use(requestContext({ logger, metrics }));
  app.use(securityHeaders(options));
  const cors = crossOrigin({ origins: options.corsOrigins });
  if (cors !== undefined) app.use(limitPreflights(options, limitClient)).use(cors);
  app.use(errorBoundary({ catalog, logger }));
  app.use(dispatch(options, limitClient, literals));
  app.use(unrouted(limitClient, literals));
  return app;
}
