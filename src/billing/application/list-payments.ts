import type { Page, PageRequest } from '../../kernel/page.js';
import type { Payment, PaymentState } from '../../kernel/payments.js';
import type { Caller } from './caller.js';
import type { PaymentFilter, PaymentQueries } from './ports.js';

/** The caller's own payments, newest first; everybody's for staff. */
export type ListPayments = (
  query: Readonly<{
    caller: Caller;
    filter: Omit<PaymentFilter<PaymentState>, 'payerId'>;
    page: PageRequest;
  }>,
) => Promise<Page<Payment>>;

type Dependencies = Readonly<{ paymentQueries: PaymentQueries }>;

export const makeListPayments =
  ({ paymentQueries }: Dependencies): ListPayments =>
  ({ caller, filter, page }) =>
    paymentQueries.list(caller.isStaff ? filter : { ...filter, payerId: caller.userId }, page);
