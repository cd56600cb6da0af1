import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CardDescription,
  type ChargeState,
  GatewayUnavailable,
  invalidCardToken,
} from '../../kernel/payment-gateway.js';

/** Tokens of the sandbox gateway (docs/operating.md). */
export const SANDBOX_TOKENS = {
  good: 'tok_visa_4242',
  expired: 'tok_expired',
  declined: 'tok_declined',
  slow: 'tok_slow',
  timeout: 'tok_timeout',
  unavailable: 'tok_unavailable',
  action: 'tok_action',
  refundRefused: 'tok_refund_refused',
} as const;

const GOOD_TOKEN = /^tok_([a-z]{2,20})_(\d{4})$/;

/** Tokens with a special behaviour, each described as a Visa card. */
const SPECIAL_LAST4: Readonly<Record<string, string>> = {
  [SANDBOX_TOKENS.expired]: '0069',
  [SANDBOX_TOKENS.declined]: '0002',
  [SANDBOX_TOKENS.slow]: '0028',
  [SANDBOX_TOKENS.timeout]: '0044',
  [SANDBOX_TOKENS.unavailable]: '0051',
  [SANDBOX_TOKENS.action]: '3155',
  [SANDBOX_TOKENS.refundRefused]: '5126',
};

const YEARS_LEFT = 3;

const parse = (token: string): Readonly<{ brand: string; last4: string }> | undefined => {
  const special = Object.hasOwn(SPECIAL_LAST4, token) ? SPECIAL_LAST4[token] : undefined;
  if (special !== undefined) return { brand: 'visa', last4: special };
  const [, brand, last4] = GOOD_TOKEN.exec(token) ?? [];
  return brand === undefined || last4 === undefined ? undefined : { brand, last4 };
};

/** Behaves as the token asks: fails, waits, or returns brand and last four digits. invalid `invalid-card-token` */
export async function resolveToken(
  token: string,
  slowMs: number,
): Promise<Readonly<{ brand: string; last4: string }>> {
  if (token === SANDBOX_TOKENS.unavailable) throw new GatewayUnavailable();
  if (token === SANDBOX_TOKENS.slow) await sleep(slowMs);
  const card = parse(token);
  if (card === undefined) throw invalidCardToken();
  return card;
}

export const describeToken = (
  token: string,
  card: Readonly<{ brand: string; last4: string }>,
  now: Date,
): CardDescription => {
  const year = now.getUTCFullYear();
  return {
    ...card,
    expMonth: 12,
    expYear: token === SANDBOX_TOKENS.expired ? year - 1 : year + YEARS_LEFT,
    fingerprint: createHash('sha256').update(`praxis-sandbox ${token}`).digest('base64url'),
  };
};

export const last4Of = (token: string | null): string | null =>
  token === null ? null : (parse(token)?.last4 ?? null);

/** The outcome of a charge with a valid token. `isPresent`: the payer can confirm the payment. */
export function outcomeOf(
  token: string,
  isPresent: boolean,
): Readonly<{ outcome: Exclude<ChargeState['status'], 'processing' | 'unknown'>; reason: string | null }> {
  if (token === SANDBOX_TOKENS.declined) return { outcome: 'declined', reason: 'card_declined' };
  if (token === SANDBOX_TOKENS.expired) return { outcome: 'declined', reason: 'expired_card' };
  if (token !== SANDBOX_TOKENS.action) return { outcome: 'captured', reason: null };
  return isPresent
    ? { outcome: 'actionRequired', reason: null }
    : { outcome: 'declined', reason: 'authentication_required' };
}
