import type { Context } from 'koa';
import { setPendingHeader } from '../replies/pending-headers.js';
import { ProtocolError } from '../replies/protocol-error.js';
import type { RateLimitState } from './rate-limits.js';

/** Sets `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10); throws `rate-limited` past the limit. */
export function enforceLimit(context: Context, name: string, state: RateLimitState): void {
  const resetSeconds = Math.ceil(state.resetSeconds);
  setPendingHeader(
    context,
    'RateLimit-Policy',
    `"${name}";q=${String(state.limit)};w=${String(state.windowSeconds)}`,
  );
  setPendingHeader(context, 'RateLimit', `"${name}";r=${String(state.remaining)};t=${String(resetSeconds)}`);
  if (!state.allowed)
    throw new ProtocolError('rate-limited', 'Too many requests; wait before the next one.', {
      retryAfterSeconds: resetSeconds,
    });
}
