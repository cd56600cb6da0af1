import type { Stripe } from 'stripe';
import type { Clock } from '../../../kernel/clock.js';
import { type Webhook, type WebhookSubject, wrongWebhookSignature } from '../../../kernel/payment-gateway.js';
import { PAYMENT_KEY } from './stripe-charges.js';
import { REFUND_KEY } from './stripe-refunds.js';

const TOLERANCE_SECONDS = 300;

type Metadata = Readonly<Record<string, string>> | null | undefined;

const aboutCharge = (metadata: Metadata): WebhookSubject | null => {
  const key = metadata?.[PAYMENT_KEY];
  return key === undefined ? null : { kind: 'charge', key };
};

/** By the type of the object, so that event types that Stripe adds later work as well. */
function subjectOf({ data: { object } }: Stripe.Event): WebhookSubject | null {
  if (!('object' in object) || !('id' in object)) return null;
  if (object.object === 'payment_intent' || object.object === 'charge') return aboutCharge(object.metadata);
  if (object.object === 'checkout.session')
    return object.mode === 'setup'
      ? { kind: 'cardSetup', reference: object.id }
      : aboutCharge(object.metadata);
  if (object.object === 'refund') {
    const key = object.metadata?.[REFUND_KEY];
    return key === undefined ? null : { kind: 'refund', key };
  }
  if (object.object === 'dispute' || object.object === 'payout')
    return { kind: object.object, id: object.id };
  return null;
}

export const makeReadWebhook =
  ({ stripe, secrets, clock }: Readonly<{ stripe: Stripe; secrets: readonly string[]; clock: Clock }>) =>
  ({ body, signature = '' }: Readonly<{ body: Buffer; signature: string | undefined }>): Webhook => {
    const receivedAtMs = clock.now().getTime();
    for (const secret of secrets)
      try {
        const event = stripe.webhooks.constructEvent(
          body,
          signature,
          secret,
          TOLERANCE_SECONDS,
          undefined,
          receivedAtMs,
        );
        return { eventId: event.id, subject: subjectOf(event) };
      } catch {
        // Signed with another secret, too old, or not by Stripe.
      }
    throw wrongWebhookSignature();
  };
