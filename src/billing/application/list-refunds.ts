import type { Page, PageRequest } from '../../kernel/page.js';
import type { Refund, RefundState } from '../../kernel/payments.js';
import type { Caller } from './caller.js';
import type { PaymentFilter, PaymentQueries } from './ports.js';

/** The caller's own refunds, newest first; everybody's for staff. */
export type ListRefunds = (
  query: Readonly<{
    caller: Caller;
    filter: Omit<PaymentFilter<RefundState>, 'payerId'>;
    page: PageRequest;
  }>,
) => Promise<Page<Refund>>;

type Dependencies = Readonly<{ paymentQueries: PaymentQueries }>;

export const makeListRefunds =
  ({ paymentQueries }: Dependencies): ListRefunds =>
  ({ caller, filter, page }) =>
    paymentQueries.listRefunds(caller.isStaff ? filter : { ...filter, payerId: caller.userId }, page);
