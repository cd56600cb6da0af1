import type { CompletePayment } from '../../kernel/billing.js';
import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import { GatewayTimeout, type PaymentGateway } from '../../kernel/payment-gateway.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { cardDeclined, paymentFailed } from '../domain/errors.js';
import type { SettledState } from '../domain/payment.js';
import { actionContext } from './action-context.js';
import { movedNoMoney } from './gateway-failures.js';
import type { BillingPorts } from './ports.js';
import { settleChargedPayment } from './settle-payment.js';

type Dependencies = Readonly<{
  billingUnitOfWork: UnitOfWork<BillingPorts>;
  paymentGateway: PaymentGateway;
  clock: Clock;
  ids: IdGenerator;
}>;

type Outcome = SettledState | 'inDoubt';

export const makeCompletePayment = ({
  billingUnitOfWork,
  paymentGateway,
  clock,
  ids,
}: Dependencies): CompletePayment => {
  /**
   * Registers the charge and stores its reference before any money moves: after a crash the charge is looked up, never
   * repeated. A payment that `reconcilePayments` has settled meanwhile is not charged.
   */
  async function charge({ payment, token, description }: Parameters<CompletePayment>[0]): Promise<Outcome> {
    const { id: key, amount, currency } = payment;
    const request = { key, token, amount, currency, description, returnUrl: null };
    let isRegistered = false;
    try {
      const { reference } = await paymentGateway.prepare(request);
      if (reference !== null && !(await storeReference(key, reference))) return 'failed';
      isRegistered = true;
      const { status } = await paymentGateway.confirm({ ...request, reference });
      return status === 'captured' || status === 'declined' ? status : 'inDoubt';
    } catch (error) {
      if (movedNoMoney(error)) return 'failed';
      if (error instanceof GatewayTimeout) return isRegistered ? 'inDoubt' : 'failed';
      throw error;
    }
  }

  const storeReference = (paymentId: string, reference: string): Promise<boolean> =>
    billingUnitOfWork.runInNewTransaction(({ payments }) =>
      payments.saveGatewayReference(paymentId, reference),
    );

  return async (command) => {
    const { payment, by } = command;
    const outcome = await charge(command);
    if (outcome === 'inDoubt') return payment;
    const settle = (ports: BillingPorts) =>
      settleChargedPayment(
        ports,
        { paymentId: payment.id, status: outcome },
        actionContext(by, { clock, ids }),
      );
    if (outcome === 'captured') return billingUnitOfWork.run(settle);
    await billingUnitOfWork.runInNewTransaction(settle);
    throw outcome === 'declined' ? cardDeclined(payment.origin) : paymentFailed(payment.origin);
  };
};
