import { DomainError } from '../../kernel/errors.js';
import type { Page } from './pages.js';

/** Whether requests should be sent here; throws what speaks against it. */
export type Readiness = Readonly<{
  /** The database answers and its schema is the one this build knows. */
  check(): Promise<'ready' | 'schema-behind'>;
  draining(): boolean;
}>;

const answerJson = (status: string): string => JSON.stringify({ status });

const notReady = (message: string) =>
  new DomainError('busy', 'unavailable', message, { retryAfterSeconds: 1 });

/** Liveness never touches the database: a restart would not bring it back. Readiness does. */
export const healthPages = (readiness: Readiness): readonly Page[] => [
  {
    path: '/livez',
    operationId: 'getLiveness',
    summary: 'Is the process alive?',
    contentType: 'application/json',
    handle(context) {
      context.set('Cache-Control', 'no-store');
      context.type = 'application/json';
      context.body = answerJson('alive');
    },
  },
  {
    path: '/readyz',
    operationId: 'getReadiness',
    summary: 'Should requests be sent here?',
    contentType: 'application/json',
    unavailable: true,
    async handle(context) {
      if (readiness.draining()) throw notReady('The server is shutting down.');
      if ((await readiness.check()) === 'schema-behind')
        throw notReady('The schema is not the one this build needs.');
      context.set('Cache-Control', 'no-store');
      context.type = 'application/json';
      context.body = answerJson('ready');
    },
  },
];
