import type { Stripe } from 'stripe';
import {
  type CardDescription,
  type CardSetup,
  type CardSetupState,
  invalidCardToken,
} from '../../../kernel/payment-gateway.js';
import { toDate } from './stripe-charge-state.js';
import { orDefect, type StripeCalls } from './stripe-calls.js';
import { isUnknownObject } from './stripe-errors.js';
import { makeToken, readToken, verifyToken } from './stripe-tokens.js';

const idOf = (object: string | Readonly<{ id: string }> | null | undefined): string | undefined =>
  typeof object === 'string' ? object : object?.id;

/** Each saved card is the one card of a customer of its own at Stripe, without a name or an address. */
export function makeStripeCards({
  stripe,
  calls,
  secretKey,
}: Readonly<{ stripe: Stripe; calls: StripeCalls; secretKey: string }>) {
  return {
    async describe(token: string): Promise<CardDescription> {
      const { customer, paymentMethod } = verifyToken(token, secretKey);
      try {
        const method = await calls.ask(() => stripe.paymentMethods.retrieve(paymentMethod));
        const { card } = method;
        const fingerprint = card?.fingerprint ?? null;
        if (idOf(method.customer) !== customer || card === undefined || fingerprint === null)
          throw invalidCardToken();
        return {
          brand: card.brand,
          last4: card.last4,
          expMonth: card.exp_month,
          expYear: card.exp_year,
          fingerprint,
        };
      } catch (error) {
        if (isUnknownObject(error)) throw invalidCardToken();
        throw calls.defect(error);
      }
    },

    /** Deletes the customer, and the card with it. Charges and refunds are not affected. */
    async detach(token: string): Promise<void> {
      let customer: string;
      try {
        ({ customer } = readToken(token));
      } catch {
        return; // a token of another gateway
      }
      try {
        await calls.ask(() => stripe.customers.del(customer));
      } catch (error) {
        if (!isUnknownObject(error)) throw calls.defect(error);
      }
    },

    async prepareSetup({ key, returnUrl }: Readonly<{ key: string; returnUrl: string }>): Promise<CardSetup> {
      const session = await orDefect(calls, () =>
        calls.ask(() =>
          stripe.checkout.sessions.create(
            {
              mode: 'setup',
              allowed_payment_method_types: ['card'],
              customer_creation: 'always',
              client_reference_id: key,
              success_url: returnUrl,
              cancel_url: returnUrl,
            },
            { idempotencyKey: `${key}-setup` },
          ),
        ),
      );
      const { id: reference, url, expires_at: expiresAt } = session;
      if (url === null) throw new Error('the payment gateway opened a page without a URL');
      return { reference, url, expiresAt: toDate(expiresAt) };
    },

    async findSetup(reference: string): Promise<CardSetupState> {
      try {
        const session = await calls.ask(() =>
          stripe.checkout.sessions.retrieve(reference, { expand: ['setup_intent'] }),
        );
        const { setup_intent: intent } = session;
        const customer = idOf(session.customer);
        const paymentMethod =
          typeof intent === 'string' || intent === null ? undefined : idOf(intent.payment_method);
        if (session.status === 'complete' && customer !== undefined && paymentMethod !== undefined)
          return { status: 'saved', token: makeToken({ customer, paymentMethod }, secretKey) };
        return { status: session.status === 'expired' ? 'expired' : 'open' };
      } catch (error) {
        if (isUnknownObject(error)) return { status: 'expired' };
        throw calls.defect(error);
      }
    },
  };
}
