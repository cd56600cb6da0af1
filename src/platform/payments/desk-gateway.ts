import { cardPaymentsOff, type PaymentGateway } from '../../kernel/payment-gateway.js';

const refused = (): Promise<never> => Promise.reject(cardPaymentsOff());

/** For a practice without card payments: describes and charges no card. Cards that were saved earlier can be removed. */
export const makeDeskGateway = (): PaymentGateway => ({
  describe: refused,
  charge: refused,
  find: () => Promise.resolve('unknown'),
  refund: refused,
  findRefund: () => Promise.resolve('unknown'),
  detach: () => Promise.resolve(),
});
