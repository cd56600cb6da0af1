import { DomainError } from '../../../kernel/errors.js';
import { afterSteps } from '../../time/event-loop-timer.js';
import type { Page } from './pages.js';

/** The readiness of the process. */
export type Readiness = Readonly<{
  /** Whether the database answers, has the schema of this build, and can write. */
  check(): Promise<'ready' | 'schema-behind' | 'storage-full'>;
  draining(): boolean;
  /** The state of the payment gateway, shown unless it is `ok`. The server is ready whatever it is. */
  paymentGateway?(): 'ok' | 'unauthenticated' | 'unreachable';
}>;

/**
 * The longest wait for the database, counted in steps of the event loop: an answer that arrived while the process was too busy
 * to read it does not make the database silent.
 */
const PATIENCE_MS = 2_000;

const answerJson = (status: string, more: object = {}): string => JSON.stringify({ status, ...more });

const REASONS = {
  'schema-behind': 'The schema is not the one this build needs.',
  'storage-full': 'The database has no storage left.',
} as const;

const notReady = (message: string, reason: string) =>
  new DomainError('busy', 'unavailable', message, { retryAfterSeconds: 1, reason });

async function withPatience<Result>(work: Promise<Result>): Promise<Result> {
  let cancel: (() => void) | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    cancel = afterSteps(PATIENCE_MS, () => {
      reject(notReady('The database does not answer.', 'database-silent'));
    });
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    cancel?.();
  }
}

/** Readiness asks the database; liveness does not, because a restart of the process would not repair the database. */
export const healthPages = (readiness: Readiness): readonly Page[] => [
  {
    path: '/livez',
    operationId: 'getLiveness',
    summary: 'Is the process alive?',
    contentType: 'application/json',
    probe: true,
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
    probe: true,
    unavailable: true,
    async handle(context) {
      if (readiness.draining()) throw notReady('The server is shutting down.', 'shutting-down');
      const state = await withPatience(readiness.check());
      if (state !== 'ready') throw notReady(REASONS[state], state);
      context.set('Cache-Control', 'no-store');
      context.type = 'application/json';
      const paymentGateway = readiness.paymentGateway?.() ?? 'ok';
      context.body = answerJson('ready', paymentGateway === 'ok' ? {} : { paymentGateway });
    },
  },
];
