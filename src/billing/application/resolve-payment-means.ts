import type { ResolvePaymentMeans } from '../../kernel/billing.js';
import { cardPaymentsOff, type PaymentGateway } from '../../kernel/payment-gateway.js';
import type { SavedCards } from './ports.js';

type Dependencies = Readonly<{ savedCards: SavedCards; paymentGateway: PaymentGateway }>;

export const makeResolvePaymentMeans =
  ({ savedCards, paymentGateway }: Dependencies): ResolvePaymentMeans =>
  async ({ payerId, choice }) => {
    if (choice.method === 'desk') return choice;
    // Refused before anything is stored: without a gateway, saved cards cannot be charged.
    if (paymentGateway.name === 'desk') throw cardPaymentsOff();
    return { method: 'card', ...(await savedCards.find(payerId, choice.cardId)) };
  };
