import { notFound } from '../../kernel/errors.js';
import type { Refund } from '../../kernel/payments.js';
import type { Caller } from './caller.js';
import type { PaymentQueries } from './ports.js';

/** One refund: the payer's own, any for staff. not_found */
export type ViewRefund = (query: Readonly<{ caller: Caller; refundId: string }>) => Promise<Refund>;

type Dependencies = Readonly<{ paymentQueries: PaymentQueries }>;

export const makeViewRefund =
  ({ paymentQueries }: Dependencies): ViewRefund =>
  async ({ caller, refundId }) => {
    const refund = await paymentQueries.findRefund(refundId);
    if (refund === undefined || !(caller.isStaff || refund.payerId === caller.userId))
      throw notFound('refund');
    return refund;
  };
