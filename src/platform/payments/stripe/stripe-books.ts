import type { Stripe } from 'stripe';
import type { Dispute, GatewayPage, Payout } from '../../../kernel/payment-gateway.js';
import { orDefect, type StripeCalls } from './stripe-calls.js';
import { toDate } from './stripe-charge-state.js';
import { PAYMENT_KEY } from './stripe-charges.js';
import { isUnknownObject } from './stripe-errors.js';

const MAX_PAGE = 100;

/** Types of balance transactions whose whole amount is a fee. */
const FEES = new Set(['stripe_fee', 'stripe_fx_fee', 'tax_fee']);

const payoutStatus = (status: string): Payout['status'] => {
  if (status === 'paid') return 'paid';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending';
};

const disputeStatus = (status: string): Dispute['status'] => {
  if (status === 'lost') return 'lost';
  return status === 'won' || status === 'warning_closed' || status === 'prevented' ? 'won' : 'open';
};

const toDispute = (dispute: Stripe.Dispute): Dispute | undefined => {
  const { id, amount, currency, status, payment_intent: intent } = dispute;
  const chargeKey = typeof intent === 'string' || intent === null ? undefined : intent.metadata[PAYMENT_KEY];
  return chargeKey === undefined
    ? undefined
    : { id, chargeKey, amount, currency: currency.toUpperCase(), status: disputeStatus(status) };
};

/** Payouts and disputes, for the ledger. */
export function makeStripeBooks({ stripe, calls }: Readonly<{ stripe: Stripe; calls: StripeCalls }>) {
  const ask = <Result>(work: () => Promise<Result>) => orDefect(calls, () => calls.ask(work));

  /** Stripe lists the newest first; `ending_before` gives the page next to the cursor. */
  const pageParams = ({ after, limit }: GatewayPage) => ({
    limit: Math.min(limit, MAX_PAGE),
    ...(after !== null && { ending_before: after }),
  });

  /** Stripe relates balance transactions to automatic payouts alone. */
  async function feeOf({ id, automatic }: Stripe.Payout): Promise<number> {
    if (!automatic) return 0;
    let fee = 0;
    let after: string | undefined;
    do {
      const { data, has_more: hasMore } = await ask(() =>
        stripe.balanceTransactions.list({
          payout: id,
          limit: MAX_PAGE,
          ...(after !== undefined && { starting_after: after }),
        }),
      );
      for (const { type, fee: own, amount } of data) fee += FEES.has(type) ? own - amount : own;
      after = hasMore ? data.at(-1)?.id : undefined;
    } while (after !== undefined);
    return fee;
  }

  const toPayout = async (payout: Stripe.Payout): Promise<Payout> => ({
    id: payout.id,
    amount: payout.amount,
    fee: await feeOf(payout),
    currency: payout.currency.toUpperCase(),
    arrivesOn: toDate(payout.arrival_date).toISOString().slice(0, 'YYYY-MM-DD'.length),
    status: payoutStatus(payout.status),
  });

  async function orUndefined<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await calls.ask(work);
    } catch (error) {
      if (isUnknownObject(error)) return undefined;
      throw calls.defect(error);
    }
  }

  return {
    async listPayouts(page: GatewayPage): Promise<readonly Payout[]> {
      const { data } = await ask(() => stripe.payouts.list(pageParams(page)));
      const payouts: Payout[] = [];
      for (const payout of [...data].reverse()) payouts.push(await toPayout(payout));
      return payouts;
    },
    async findPayout(id: string): Promise<Payout | undefined> {
      const payout = await orUndefined(() => stripe.payouts.retrieve(id));
      return payout === undefined ? undefined : toPayout(payout);
    },

    /** Reads further pages while all disputes of one concern charges of other programs on the same account. */
    async listDisputes({ after, limit }: GatewayPage): Promise<readonly Dispute[]> {
      for (let cursor = after; ;) {
        const params = { ...pageParams({ after: cursor, limit }), expand: ['data.payment_intent'] };
        const { data, has_more: hasMore } = await ask(() => stripe.disputes.list(params));
        const own = data
          .map(toDispute)
          .filter((dispute) => dispute !== undefined)
          .reverse();
        const newest = data[0]?.id;
        if (own.length > 0 || cursor === null || !hasMore || newest === undefined) return own;
        cursor = newest;
      }
    },
    async findDispute(id: string): Promise<Dispute | undefined> {
      const dispute = await orUndefined(() => stripe.disputes.retrieve(id, { expand: ['payment_intent'] }));
      return dispute === undefined ? undefined : toDispute(dispute);
    },
  };
}
