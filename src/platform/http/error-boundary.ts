import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { toProblem, type ProblemCatalog } from './problems.js';

/** Writes a problem document (RFC 9457) over whatever the answer was going to be. */
export function sendProblem(
  context: Context,
  error: unknown,
  options: Readonly<{ catalog: ProblemCatalog; logger: Logger }>,
): void {
  const { status, headers, document, unexpected } = toProblem(error, {
    catalog: options.catalog,
    instance: context.path,
    requestId: context.state['requestId'] as string,
    declared: (context.state['problemCodes'] as ReadonlySet<string> | undefined) ?? null,
  });
  if (unexpected)
    options.logger.error(
      { err: error, requestId: document.requestId, route: context.state['route'] as string },
      'fault',
    );
  for (const name of ['ETag', 'Link', 'Location', 'Idempotent-Replayed']) context.remove(name);
  context.set({ 'Cache-Control': 'no-store', ...headers });
  context.status = status;
  context.type = 'application/problem+json';
  context.body = JSON.stringify(document);
}

/** The one place where errors become answers. */
export const errorBoundary =
  (options: Readonly<{ catalog: ProblemCatalog; logger: Logger }>): Middleware =>
  async (context, next) => {
    try {
      await next();
    } catch (error) {
      sendProblem(context, error, options);
    }
  };
