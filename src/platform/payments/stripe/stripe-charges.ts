import type { Stripe } from 'stripe';
import type { Clock } from '../../../kernel/clock.js';
import {
  type Charge,
  type ChargeRef,
  type ChargeState,
  type HostedCharge,
  invalidCardToken,
  type PaymentAction,
} from '../../../kernel/payment-gateway.js';
import { stateOfIntent, stateOfSession, toDate } from './stripe-charge-state.js';
import { orDefect, type StripeCalls } from './stripe-calls.js';
import { declineReason, isStripeFailure, isUnknownObject, kindOf } from './stripe-errors.js';
import { readToken } from './stripe-tokens.js';

export const PAYMENT_KEY = 'praxis_payment';

const WITH_CHARGE = { expand: ['latest_charge'] };
const WITH_INTENT = { expand: ['payment_intent.latest_charge'] };
const UNKNOWN: ChargeState = { status: 'unknown' };

export const isSession = (reference: string): boolean => reference.startsWith('cs_');

export function makeStripeCharges({
  stripe,
  calls,
  clock,
}: Readonly<{ stripe: Stripe; calls: StripeCalls; clock: Clock }>) {
  async function read(reference: string): Promise<ChargeState> {
    return orDefect(calls, async () =>
      isSession(reference)
        ? stateOfSession(await calls.ask(() => stripe.checkout.sessions.retrieve(reference, WITH_INTENT)))
        : stateOfIntent(await calls.ask(() => stripe.paymentIntents.retrieve(reference, WITH_CHARGE))),
    );
  }

  async function close(reference: string): Promise<void> {
    try {
      await calls.ask<unknown>(() =>
        isSession(reference)
          ? stripe.checkout.sessions.expire(reference)
          : stripe.paymentIntents.cancel(reference),
      );
    } catch (error) {
      // Stripe refuses to close what is captured, closed or being processed: the state says which.
      if (kindOf(error) !== 'invalid' || isUnknownObject(error)) throw calls.defect(error);
    }
  }

  async function cancel({ reference }: ChargeRef): Promise<ChargeState> {
    // `confirm` needs a stored reference, so nothing can be charged without one.
    if (reference === null) return UNKNOWN;
    await close(reference);
    return read(reference);
  }

  async function find(charge: ChargeRef): Promise<ChargeState> {
    if (charge.reference === null) return UNKNOWN;
    const state = await read(charge.reference);
    const isOverdue = state.status === 'actionRequired' && state.action.expiresAt <= clock.now();
    return isOverdue ? cancel(charge) : state;
  }

  async function prepare({ key, token, amount, currency, description }: Charge) {
    const { customer, paymentMethod } = readToken(token);
    try {
      const intent = await calls.ask(() =>
        stripe.paymentIntents.create(
          {
            amount,
            currency: currency.toLowerCase(),
            customer,
            payment_method: paymentMethod,
            allowed_payment_method_types: ['card'],
            description,
            metadata: { [PAYMENT_KEY]: key },
          },
          { idempotencyKey: key },
        ),
      );
      return { reference: intent.id };
    } catch (error) {
      // The card was deleted at Stripe.
      if (isUnknownObject(error)) throw invalidCardToken();
      throw calls.defect(error);
    }
  }

  async function confirm(charge: Charge & ChargeRef): Promise<ChargeState> {
    const { key, reference, returnUrl } = charge;
    if (reference === null) throw new Error('a charge was confirmed before it was prepared');
    const payer = returnUrl === null ? { off_session: true } : { return_url: returnUrl };
    try {
      const intent = await calls.move(() =>
        stripe.paymentIntents.confirm(
          reference,
          { ...payer, ...WITH_CHARGE },
          { idempotencyKey: `${key}-confirm` },
        ),
      );
      const state = stateOfIntent(intent);
      // The answer to a repeated call is the first one, so the payer may have finished since.
      return state.status === 'captured' || state.status === 'declined' ? state : await find(charge);
    } catch (error) {
      if (kindOf(error) === 'declined' && isStripeFailure(error))
        return { status: 'declined', reason: declineReason(error) };
      if (isStripeFailure(error) && error.code === 'payment_intent_unexpected_state') return find(charge);
      throw calls.defect(error);
    }
  }

  /** The page stays open for a day, the default: another time would make the repeated request a different one. */
  async function prepareHosted({ key, amount, currency, description, returnUrl }: HostedCharge) {
    const metadata = { [PAYMENT_KEY]: key };
    const session = await orDefect(calls, () =>
      calls.ask(() =>
        stripe.checkout.sessions.create(
          {
            mode: 'payment',
            allowed_payment_method_types: ['card'],
            line_items: [
              {
                quantity: 1,
                price_data: {
                  currency: currency.toLowerCase(),
                  unit_amount: amount,
                  product_data: { name: description },
                },
              },
            ],
            client_reference_id: key,
            metadata,
            payment_intent_data: { description, metadata },
            success_url: returnUrl,
            cancel_url: returnUrl,
          },
          { idempotencyKey: `${key}-page` },
        ),
      ),
    );
    const { id: reference, url, expires_at: expiresAt } = session;
    if (url === null) throw new Error('the payment gateway opened a page without a URL');
    const action: PaymentAction = { type: 'redirect', url, expiresAt: toDate(expiresAt) };
    return { reference, action };
  }

  return { prepare, confirm, prepareHosted, find, cancel };
}
