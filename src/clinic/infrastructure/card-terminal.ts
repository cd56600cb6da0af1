import type { CardVault } from '../../identity/index.js';
import {
  cardPaymentsOff,
  GatewayTimeout,
  GatewayUnavailable,
  type PaymentGateway,
} from '../../kernel/payment-gateway.js';
import type { CardTerminal } from '../application/ports.js';

/** Charges saved cards of identity through the payment gateway. */
export const makeCardTerminal = ({
  cardVault,
  paymentGateway,
}: {
  cardVault: CardVault;
  paymentGateway: PaymentGateway;
}): CardTerminal => ({
  async cardOf(userId, cardId) {
    // Payments store no reference, so the gateway must find charges by their key.
    if (paymentGateway.name === 'stripe') throw cardPaymentsOff();
    return cardVault.tokenFor(userId, cardId);
  },
  async charge({ key, card, amount: { amount, currency } }) {
    const charge = {
      key,
      token: card.gatewayToken,
      amount,
      currency,
      description: `Payment ${key}`,
      returnUrl: null,
    };
    try {
      const { reference } = await paymentGateway.prepare(charge);
      const { status } = await paymentGateway.confirm({ ...charge, reference });
      return status === 'captured' || status === 'declined' ? status : 'inDoubt';
    } catch (error) {
      if (error instanceof GatewayTimeout) return 'inDoubt';
      throw error;
    }
  },
  async outcomeOf(key) {
    const { status } = await paymentGateway.find({ key, reference: null });
    if (status === 'captured' || status === 'declined' || status === 'unknown') return status;
    throw new GatewayUnavailable();
  },
});
