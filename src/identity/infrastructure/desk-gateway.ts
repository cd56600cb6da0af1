import { cardPaymentsOff, type PaymentGateway } from '../application/payment-gateway.js';

const refused = (): Promise<never> => Promise.reject(cardPaymentsOff());

/** A practice that takes its money at the desk: no card is described or charged; whatever was saved before can go. */
export const makeDeskGateway = (): PaymentGateway => ({
  describe: refused,
  charge: refused,
  find: () => Promise.resolve('unknown'),
  refund: refused,
  findRefund: () => Promise.resolve('unknown'),
  detach: () => Promise.resolve(),
});
