import { cardPaymentsOff, type PaymentGateway, wrongWebhookSignature } from '../../kernel/payment-gateway.js';

const refuse = (): Promise<never> => Promise.reject(cardPaymentsOff());
const findNothing = () => Promise.resolve({ status: 'unknown' } as const);

/** For a practice without card payments: describes and charges no card. Cards that were saved earlier can be removed. */
export const makeDeskGateway = (): PaymentGateway => ({
  name: 'desk',
  describe: refuse,
  prepare: refuse,
  confirm: refuse,
  prepareHosted: refuse,
  find: findNothing,
  cancel: findNothing,
  refund: refuse,
  findRefund: () => Promise.resolve('unknown'),
  detach: () => Promise.resolve(),
  prepareCardSetup: refuse,
  findCardSetup: () => Promise.resolve({ status: 'expired' }),
  readWebhook() {
    throw wrongWebhookSignature();
  },
  listPayouts: () => Promise.resolve([]),
  findPayout: () => Promise.resolve(undefined),
  listDisputes: () => Promise.resolve([]),
  findDispute: () => Promise.resolve(undefined),
  check: () => Promise.resolve('ok'),
});
