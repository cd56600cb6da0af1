import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { GatewayTimeout, GatewayUnavailable } from '../../../kernel/payment-gateway.js';
import { isStripeFailure, kindOf } from './stripe-errors.js';

const RETRY_DELAYS_MS = [250, 1_000];

/** Without data of ours: parameters, messages and headers of Stripe may repeat what we sent. */
const summary = (error: unknown) =>
  isStripeFailure(error)
    ? {
        type: error.type,
        code: error.code,
        param: error.param,
        status: error.statusCode,
        stripeRequest: error.requestId,
      }
    : {};

export interface StripeCalls {
  /** A call that reads or prepares. Throws GatewayUnavailable when Stripe cannot be asked. */
  ask<Result>(work: () => Promise<Result>): Promise<Result>;
  /** A call with an idempotency key that moves money. Also throws GatewayTimeout when it may have done so. */
  move<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The error for a request that Stripe considers wrong: a defect of ours. */
  defect(error: unknown): Error;
}

/**
 * Repeats calls that fail for a while, with the same idempotency key. Declines and requests that Stripe considers wrong are
 * thrown as the library's errors.
 */
export function makeStripeCalls({
  logger,
  retryDelaysMs = RETRY_DELAYS_MS,
}: Readonly<{
  logger: Pick<Logger, 'error' | 'warn'>;
  retryDelaysMs?: readonly number[] | undefined;
}>): StripeCalls {
  async function call<Result>(work: () => Promise<Result>, movesMoney: boolean): Promise<Result> {
    let mayHaveMoved = false;
    for (let attempt = 0; ; attempt += 1)
      try {
        return await work();
      } catch (error) {
        const kind = kindOf(error);
        if (kind === undefined || kind === 'declined' || kind === 'invalid') throw error;
        mayHaveMoved ||= movesMoney && kind === 'ambiguous';
        const delayMs = kind === 'unauthenticated' ? undefined : retryDelaysMs[attempt];
        if (delayMs === undefined) {
          if (kind === 'unauthenticated')
            logger.error(summary(error), 'the payment gateway refuses our secret key');
          else logger.warn(summary(error), 'the payment gateway cannot be reached');
          throw mayHaveMoved ? new GatewayTimeout() : new GatewayUnavailable();
        }
        await sleep(delayMs * (0.5 + Math.random() / 2));
      }
  }
  return {
    ask: (work) => call(work, false),
    move: (work) => call(work, true),
    defect(error) {
      if (kindOf(error) !== 'invalid') return error instanceof Error ? error : new Error(String(error));
      logger.error(summary(error), 'the payment gateway considers a request of ours wrong');
      const code = isStripeFailure(error) ? (error.code ?? error.rawType ?? 'unknown') : 'unknown';
      return new Error(`the payment gateway considers a request of ours wrong (${code})`);
    },
  };
}

/** Runs `work`; a request that Stripe considers wrong becomes an error without data. */
export async function orDefect<Result>(calls: StripeCalls, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw calls.defect(error);
  }
}
