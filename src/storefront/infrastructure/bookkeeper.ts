import type { Ledger } from '../../cash/index.js';
import type { Practice } from '../../kernel/practice.js';
import type { Bookkeeper, PaymentRecord } from '../application/ports.js';

/** Posts to the ledger of the cash context: within a unit of work, in its transaction. */
export const makeBookkeeper = ({
  ledger,
  practice: { currency },
}: {
  ledger: Ledger;
  practice: Practice;
}): Bookkeeper => {
  const accounts = async ({ method }: PaymentRecord) => ({
    income: await ledger.standardAccount('shop-income'),
    till: await ledger.standardAccount(method === 'card' ? 'card-clearing' : 'desk-cash'),
  });
  const origin = (orderId: string, event: string) => ({ type: 'order', id: orderId, event });
  const enteredBy = (by: string | null) => (by === null ? {} : { createdBy: by });
  return {
    async recordPayment(payment) {
      const { income, till } = await accounts(payment);
      await ledger.post({
        from: income,
        to: till,
        amount: payment.amount,
        currency,
        description: `Order ${payment.orderNumber}`,
        origin: origin(payment.orderId, `payment:${payment.paymentId}`),
        ...enteredBy(payment.by),
        payerId: payment.userId,
      });
    },
    async recordRefund(refund) {
      const { income, till } = await accounts(refund);
      await ledger.post({
        from: till,
        to: income,
        amount: refund.amount,
        currency,
        description: `Refund, order ${refund.orderNumber}`,
        origin: origin(refund.orderId, `refund:${refund.refundId}`),
        ...enteredBy(refund.by),
        payerId: refund.userId,
      });
    },
  };
};
