import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { send, type Answer } from './answer.js';
import { CLIENT_DISCONNECTED, ClientDisconnected } from './client-disconnected.js';
import { toProblem } from './problems.js';
import type { ProblemCatalog } from './problem-catalog.js';

export type ProblemOptions = Readonly<{ catalog: ProblemCatalog; logger: Logger }>;

/** Turns an error into a response; logs unexpected errors. */
export function problemAnswer(error: unknown, options: ProblemOptions, context: Context): Answer {
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
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(document),
  };
}

/** Replaces the response by a problem document (RFC 9457). */
export function sendProblem(context: Context, error: unknown, options: ProblemOptions): void {
  for (const name of ['ETag', 'Link', 'Location', 'Idempotent-Replayed']) context.remove(name);
  send(context, problemAnswer(error, options, context));
}

/** The only middleware that turns errors into responses. */
export const errorBoundary =
  (options: ProblemOptions): Middleware =>
  async (context, next) => {
    try {
      await next();
    } catch (error) {
      if (error instanceof ClientDisconnected) context.status = CLIENT_DISCONNECTED;
      else sendProblem(context, error, options);
    }
  };
