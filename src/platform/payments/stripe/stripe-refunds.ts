import type { Stripe } from 'stripe';
import type { ChargeRef, Refund, RefundRef, RefundState } from '../../../kernel/payment-gateway.js';
import { orDefect, type StripeCalls } from './stripe-calls.js';
import { isSession } from './stripe-charges.js';
import { isStripeFailure, isUnknownObject, kindOf } from './stripe-errors.js';

export const REFUND_KEY = 'praxis_refund';
const MAX_PAGE = 100;

function stateOf({ status }: Stripe.Refund): RefundState {
  switch (status) {
    case 'succeeded':
      return 'succeeded';
    case 'failed':
    case 'canceled':
      return 'failed';
    case null:
    default:
      return 'pending';
  }
}

/** Whether the state of the charge forbids the refund, so that no repetition succeeds. */
const isRefusal = (error: unknown): boolean =>
  isStripeFailure(error) &&
  error.type === 'StripeInvalidRequestError' &&
  !isUnknownObject(error) &&
  error.code !== 'parameter_unknown';

export function makeStripeRefunds({ stripe, calls }: Readonly<{ stripe: Stripe; calls: StripeCalls }>) {
  /** The PaymentIntent of a charge; null: no payer has paid. */
  async function intentOf({ reference }: ChargeRef): Promise<string | null> {
    if (reference === null || !isSession(reference)) return reference;
    const session = await orDefect(calls, () =>
      calls.ask(() => stripe.checkout.sessions.retrieve(reference)),
    );
    const { payment_intent: intent } = session;
    return typeof intent === 'string' ? intent : (intent?.id ?? null);
  }

  return {
    async refund({ key, charge, amount }: Refund) {
      const intent = await intentOf(charge);
      if (intent === null) return { status: 'failed' as const, reference: null };
      try {
        const refund = await calls.move(() =>
          stripe.refunds.create(
            { payment_intent: intent, amount, metadata: { [REFUND_KEY]: key } },
            { idempotencyKey: key },
          ),
        );
        return { status: stateOf(refund), reference: refund.id };
      } catch (error) {
        if (kindOf(error) !== 'declined' && !isRefusal(error)) throw calls.defect(error);
        calls.defect(error);
        return { status: 'failed' as const, reference: null };
      }
    },

    async find({ key, reference, charge }: RefundRef): Promise<RefundState> {
      if (reference !== null)
        return stateOf(await orDefect(calls, () => calls.ask(() => stripe.refunds.retrieve(reference))));
      const intent = await intentOf(charge);
      if (intent === null) return 'unknown';
      // A charge has few refunds; the list is consistent, which Stripe's search is not.
      const { data } = await orDefect(calls, () =>
        calls.ask(() => stripe.refunds.list({ payment_intent: intent, limit: MAX_PAGE })),
      );
      const refund = data.find(({ metadata }) => metadata?.[REFUND_KEY] === key);
      return refund === undefined ? 'unknown' : stateOf(refund);
    },
  };
}
