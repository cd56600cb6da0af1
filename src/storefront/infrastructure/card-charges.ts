import { DomainError } from '../../kernel/errors.js';
import { GatewayTimeout, GatewayUnavailable, type PaymentGateway } from '../../kernel/payment-gateway.js';
import type { CardVault } from '../../identity/index.js';
import type { CardCharges } from '../application/ports.js';

const isSwitchedOff = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'card-payments-off';

/** Saved cards through the public API of identity, charges through the payment gateway. */
export const makeCardCharges = ({
  cardVault,
  paymentGateway,
  config,
}: {
  cardVault: CardVault;
  paymentGateway: PaymentGateway;
  config: Readonly<{ paymentGateway: 'sandbox' | 'desk' }>;
}): CardCharges => ({
  async resolveCard(userId, cardId) {
    // Refused before anything is reserved: without a gateway, saved cards cannot be charged.
    if (config.paymentGateway === 'desk')
      throw new DomainError('invalid', 'card-payments-off', 'This practice takes no card payments.');
    const { gatewayToken, last4 } = await cardVault.tokenFor(userId, cardId);
    return { token: gatewayToken, last4 };
  },
  async charge(charge) {
    try {
      return (await paymentGateway.charge(charge)).outcome;
    } catch (error) {
      if (error instanceof GatewayTimeout) return 'inDoubt';
      if (error instanceof GatewayUnavailable || isSwitchedOff(error)) return 'refused';
      throw error;
    }
  },
  async outcomeOf(key) {
    try {
      return await paymentGateway.find(key);
    } catch (error) {
      if (error instanceof GatewayUnavailable || isSwitchedOff(error)) return 'unreachable';
      throw error;
    }
  },
  async refund(refund) {
    try {
      return await paymentGateway.refund(refund);
    } catch (error) {
      if (error instanceof GatewayTimeout || error instanceof GatewayUnavailable || isSwitchedOff(error))
        return 'inDoubt';
      throw error;
    }
  },
});
