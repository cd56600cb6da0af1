import type { Stripe } from 'stripe';
import { MINUTE } from '../../../kernel/clock.js';
import type { ChargeState } from '../../../kernel/payment-gateway.js';
import { declineReason } from './stripe-errors.js';

/** Stripe gives a payer as long as he likes; we close the charge after this time. */
const ACTION_MINUTES = 30;

const SECOND_MS = 1_000;
export const toDate = (seconds: number): Date => new Date(seconds * SECOND_MS);

export const last4Of = ({ latest_charge: charge }: Stripe.PaymentIntent): string | null =>
  typeof charge === 'string' ? null : (charge?.payment_method_details?.card?.last4 ?? null);

/** The state of a PaymentIntent that was made for a saved card; `latest_charge` is expanded. */
export function stateOfIntent(intent: Stripe.PaymentIntent): ChargeState {
  switch (intent.status) {
    case 'succeeded':
      return { status: 'captured', cardLast4: last4Of(intent) };
    case 'canceled':
      return { status: 'unknown' };
    case 'requires_payment_method': {
      const failure = intent.last_payment_error;
      return failure === null
        ? { status: 'processing' }
        : { status: 'declined', reason: declineReason(failure) };
    }
    case 'requires_action': {
      const url = intent.next_action?.redirect_to_url?.url;
      if (typeof url !== 'string') return { status: 'processing' };
      const expiresAt = new Date(toDate(intent.created).getTime() + ACTION_MINUTES * MINUTE);
      return { status: 'actionRequired', action: { type: 'redirect', url, expiresAt } };
    }
    case 'processing':
    case 'requires_capture':
    case 'requires_confirmation':
    default:
      return { status: 'processing' };
  }
}

/** The state of a hosted payment page; `payment_intent.latest_charge` is expanded. A decline leaves the page open. */
export function stateOfSession(session: Stripe.Checkout.Session): ChargeState {
  const { payment_intent: intent, status, url, expires_at: expiresAt } = session;
  if (session.payment_status === 'paid')
    return {
      status: 'captured',
      cardLast4: typeof intent === 'string' || intent === null ? null : last4Of(intent),
    };
  if (status === 'expired') return { status: 'unknown' };
  if (status === 'open' && url !== null)
    return { status: 'actionRequired', action: { type: 'redirect', url, expiresAt: toDate(expiresAt) } };
  return { status: 'processing' };
}
