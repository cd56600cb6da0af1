import type { CardVault } from '../../identity/index.js';
import { GatewayTimeout, type PaymentGateway } from '../../kernel/payment-gateway.js';
import type { CardTerminal } from '../application/ports.js';

/** Charges saved cards of identity through the payment gateway. */
export const makeCardTerminal = ({
  cardVault,
  paymentGateway,
}: {
  cardVault: CardVault;
  paymentGateway: PaymentGateway;
}): CardTerminal => ({
  cardOf: (userId, cardId) => cardVault.tokenFor(userId, cardId),
  async charge({ key, card, amount: { amount, currency } }) {
    try {
      return (await paymentGateway.charge({ key, token: card.gatewayToken, amount, currency })).outcome;
    } catch (error) {
      if (error instanceof GatewayTimeout) return 'inDoubt';
      throw error;
    }
  },
  outcomeOf: (key) => paymentGateway.find(key),
});
