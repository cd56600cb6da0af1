import type { Logger } from 'pino';
import type { Clock } from '../../../kernel/clock.js';
import type { PaymentGateway } from '../../../kernel/payment-gateway.js';
import { makeStripeBooks } from './stripe-books.js';
import { makeStripeCalls } from './stripe-calls.js';
import { makeStripeCards } from './stripe-cards.js';
import { makeStripeCharges } from './stripe-charges.js';
import { makeStripeClient, type StripeSettings } from './stripe-client.js';
import { kindOf } from './stripe-errors.js';
import { makeStripeRefunds } from './stripe-refunds.js';
import { makeReadWebhook } from './stripe-webhooks.js';

type Dependencies = Readonly<{
  stripeSettings: StripeSettings;
  clock: Clock;
  logger: Pick<Logger, 'error' | 'warn'>;
}>;
type Options = Readonly<{ timeoutMs?: number; retryDelaysMs?: readonly number[] }>;

/**
 * Stripe. A charge of a saved card is a PaymentIntent, created unconfirmed with our payment id as idempotency key; a hosted
 * charge is a Checkout session. Their ids are the references. docs/payments.md
 */
export function makeStripeGateway(
  { stripeSettings, clock, logger }: Dependencies,
  { timeoutMs, retryDelaysMs }: Options = {},
): PaymentGateway {
  const stripe = makeStripeClient(stripeSettings, timeoutMs === undefined ? {} : { timeoutMs });
  const calls = makeStripeCalls({ logger, retryDelaysMs });
  const { secretKey, webhookSecrets: secrets } = stripeSettings;
  const charges = makeStripeCharges({ stripe, calls, clock });
  const refunds = makeStripeRefunds({ stripe, calls });
  const cards = makeStripeCards({ stripe, calls, secretKey });
  const books = makeStripeBooks({ stripe, calls });
  return {
    name: 'stripe',
    ...charges,
    refund: (refund) => refunds.refund(refund),
    findRefund: (refund) => refunds.find(refund),
    describe: (token) => cards.describe(token),
    detach: (token) => cards.detach(token),
    prepareCardSetup: (setup) => cards.prepareSetup(setup),
    findCardSetup: (reference) => cards.findSetup(reference),
    readWebhook: makeReadWebhook({ stripe, secrets, clock }),
    ...books,
    async check() {
      try {
        await stripe.balance.retrieve();
        return 'ok';
      } catch (error) {
        return kindOf(error) === 'unauthenticated' ? 'unauthenticated' : 'unreachable';
      }
    },
  };
}
