import type { Billing } from '../../kernel/billing.js';
import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import { refundableOf } from '../../kernel/payments.js';
import { amountDue } from '../domain/dues.js';
import { newPayment } from '../domain/payment.js';
import { actionContext } from './action-context.js';
import type { BillingPorts } from './ports.js';
import { requestRefund } from './request-refund.js';

type Dependencies = Pick<BillingPorts, 'payments' | 'paymentBookkeeper' | 'outbox'> &
  Readonly<{ clock: Clock; ids: IdGenerator }>;

export const makeBilling = ({ payments, paymentBookkeeper, outbox, clock, ids }: Dependencies): Billing => ({
  historyOf: (origin) => payments.historyOf(origin),
  async collect(receivable, { id, means, requestHandle, by }) {
    const amount = amountDue(receivable, await payments.historyOf(receivable.origin));
    const action = actionContext(by, { clock, ids });
    const payment = newPayment(receivable, { id, amount, means, requestHandle }, action);
    await payments.insert(payment);
    if (payment.status === 'captured') await paymentBookkeeper.recordPayment(payment, receivable);
    return payment;
  },
  async refund(receivable, { amount, reason, method, by }) {
    const history = await payments.historyOf(receivable.origin);
    const request = { amount: amount ?? refundableOf(history), reason, method };
    return requestRefund(
      { payments, outbox },
      { receivable, history },
      request,
      actionContext(by, { clock, ids }),
    );
  },
});
