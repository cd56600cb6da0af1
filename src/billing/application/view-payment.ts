import { notFound } from '../../kernel/errors.js';
import type { Payment } from '../../kernel/payments.js';
import type { Caller } from './caller.js';
import type { PaymentQueries } from './ports.js';

/** One payment: the payer's own, any for staff. not_found */
export type ViewPayment = (query: Readonly<{ caller: Caller; paymentId: string }>) => Promise<Payment>;

type Dependencies = Readonly<{ paymentQueries: PaymentQueries }>;

export const makeViewPayment =
  ({ paymentQueries }: Dependencies): ViewPayment =>
  async ({ caller, paymentId }) => {
    const payment = await paymentQueries.find(paymentId);
    if (payment === undefined || !(caller.isStaff || payment.payerId === caller.userId))
      throw notFound('payment');
    return payment;
  };
