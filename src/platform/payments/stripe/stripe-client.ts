import { createRequire } from 'node:module';
import type { Stripe } from 'stripe';
import { SECOND } from '../../../kernel/clock.js';

/** `apiBase`: a server that stands in for Stripe; null: Stripe. */
export type StripeSettings = Readonly<{
  secretKey: string;
  /** More than one while the secret is being replaced. */
  webhookSecrets: readonly string[];
  apiBase: string | null;
}>;

const TIMEOUT_MS = 20 * SECOND;

// Loaded here, so that other gateways do without its 20 MB of memory; `import()` would make every caller wait for it.
const load = (): typeof Stripe => createRequire(import.meta.url)('stripe') as typeof Stripe;

/** Retries are ours (stripe-calls.ts): the library does not retry rate limits, and its delays are not configurable. */
export function makeStripeClient(
  { secretKey, apiBase }: StripeSettings,
  { timeoutMs = TIMEOUT_MS }: Readonly<{ timeoutMs?: number }> = {},
): Stripe {
  const StripeClient = load();
  const base = apiBase === null ? null : new URL(apiBase);
  return new StripeClient(secretKey, {
    timeout: timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
    appInfo: { name: 'Praxis' },
    ...(base !== null && {
      host: base.hostname,
      port: base.port === '' ? (base.protocol === 'http:' ? 80 : 443) : base.port,
      protocol: base.protocol === 'http:' ? ('http' as const) : ('https' as const),
    }),
  });
}
