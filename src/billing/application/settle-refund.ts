import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { PaymentGateway } from '../../kernel/payment-gateway.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { settleRefund } from '../domain/refund.js';
import { actionContext } from './action-context.js';
import { gaveNoAnswer } from './gateway-failures.js';
import type { BillingPorts, PaymentQueries } from './ports.js';
import { storeSettledRefund } from './store-settled-refund.js';

/** The gateway has not reported the outcome; the job runner retries. */
export class RefundUnsettled extends Error {
  override readonly name = 'RefundUnsettled';
  constructor() {
    super('The gateway has not reported the outcome of a refund.');
  }
}

/** The job of a refund to a card: asks the gateway to send the money, then posts it to the ledger. Repeating it changes nothing. */
export type SettleRefund = (job: Readonly<{ refundId: string }>) => Promise<void>;

type Dependencies = Readonly<{
  billingUnitOfWork: UnitOfWork<BillingPorts>;
  paymentQueries: PaymentQueries;
  paymentGateway: PaymentGateway;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeSettleRefund = ({
  billingUnitOfWork,
  paymentQueries,
  paymentGateway,
  clock,
  ids,
}: Dependencies): SettleRefund => {
  const send = async (
    refund: Parameters<PaymentGateway['refund']>[0],
  ): Promise<'succeeded' | 'failed' | 'inDoubt'> => {
    try {
      const { status } = await paymentGateway.refund(refund);
      return status === 'succeeded' || status === 'failed' ? status : 'inDoubt';
    } catch (error) {
      if (gaveNoAnswer(error)) return 'inDoubt';
      throw error;
    }
  };

  return async ({ refundId }) => {
    const refund = await paymentQueries.findRefund(refundId);
    if (refund?.status !== 'pending' || refund.method !== 'card') return;
    const payment = await paymentQueries.find(refund.paymentId);
    if (payment === undefined) throw new Error(`there is no payment ${refund.paymentId}`);
    const charge = { key: payment.id, reference: payment.gatewayReference };
    const outcome = await send({ key: refundId, charge, amount: refund.amount });
    if (outcome === 'inDoubt') throw new RefundUnsettled();
    await billingUnitOfWork.run((ports) => {
      const { at } = actionContext(null, { clock, ids });
      return storeSettledRefund(ports, refundId, (pending) => settleRefund(pending, outcome, at));
    });
  };
};
