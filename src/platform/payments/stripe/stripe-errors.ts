import type { Stripe } from 'stripe';

export type StripeFailure = InstanceType<typeof Stripe.errors.StripeError>;

/** By the name of the class, so that this file does not load the library. */
export const isStripeFailure = (error: unknown): error is StripeFailure =>
  error instanceof Error && 'type' in error && typeof error.type === 'string' && 'rawType' in error;

/** Nothing was sent: the connection was never established. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * declined: by the card's bank. ambiguous: perhaps carried out, worth another try with the same key. refused: not carried
 * out, worth another try. unauthenticated: not carried out, because of our key. invalid: never carried out.
 */
export type FailureKind = 'declined' | 'ambiguous' | 'refused' | 'unauthenticated' | 'invalid';

const isUnsent = ({ detail }: StripeFailure): boolean => {
  const cause: unknown = detail;
  return cause instanceof Error && 'code' in cause && UNSENT.has(String(cause.code));
};

/** undefined: no error of Stripe. */
export function kindOf(error: unknown): FailureKind | undefined {
  if (!isStripeFailure(error)) return undefined;
  switch (error.type) {
    case 'StripeCardError':
      return 'declined';
    case 'StripeRateLimitError':
      return 'refused';
    case 'StripeAuthenticationError':
    case 'StripePermissionError':
      return 'unauthenticated';
    case 'StripeConnectionError':
      return isUnsent(error) ? 'refused' : 'ambiguous';
    case 'StripeAPIError':
      // 409: another request with the same key is running. 5xx: Stripe does not know whether it was carried out.
      return error.statusCode === 409 || (error.statusCode ?? 500) >= 500 ? 'ambiguous' : 'invalid';
    default:
      return 'invalid';
  }
}

export const isUnknownObject = (error: unknown): boolean =>
  isStripeFailure(error) && error.code === 'resource_missing';

/** Codes that help a payer and say nothing about why a bank distrusts the card (docs.stripe.com/declines/codes). */
const REASONS = new Set([
  'authentication_required',
  'card_not_supported',
  'card_velocity_exceeded',
  'currency_not_supported',
  'do_not_honor',
  'expired_card',
  'incorrect_cvc',
  'incorrect_number',
  'incorrect_zip',
  'insufficient_funds',
  'invalid_account',
  'invalid_amount',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'issuer_not_available',
  'processing_error',
  'transaction_not_allowed',
  'try_again_later',
  'withdrawal_count_limit_exceeded',
]);

/** A reason for clients; codes such as `stolen_card` become `card_declined`. */
export function declineReason({
  code,
  decline_code: declineCode,
}: Readonly<{ code?: string | undefined; decline_code?: string | undefined }>): string {
  if (code === 'payment_intent_authentication_failure') return 'authentication_failed';
  return [declineCode, code].find((each) => each !== undefined && REASONS.has(each)) ?? 'card_declined';
}
