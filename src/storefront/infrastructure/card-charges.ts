import { DomainError } from '../../kernel/errors.js';
import {
  cardPaymentsOff,
  GatewayTimeout,
  GatewayUnavailable,
  type PaymentGateway,
} from '../../kernel/payment-gateway.js';
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
  config: Readonly<{ paymentGateway: PaymentGateway['name'] }>;
}): CardCharges => ({
  async resolveCard(userId, cardId) {
    // Refused before anything is reserved. Orders store no reference, so the gateway must find charges by their key.
    if (config.paymentGateway !== 'sandbox') throw cardPaymentsOff();
    const { gatewayToken, last4 } = await cardVault.tokenFor(userId, cardId);
    return { token: gatewayToken, last4 };
  },
  async charge(charge) {
    const absent = { ...charge, description: `Payment ${charge.key}`, returnUrl: null };
    try {
      const { reference } = await paymentGateway.prepare(absent);
      const { status } = await paymentGateway.confirm({ ...absent, reference });
      return status === 'captured' || status === 'declined' ? status : 'inDoubt';
    } catch (error) {
      if (error instanceof GatewayTimeout) return 'inDoubt';
      if (error instanceof GatewayUnavailable || isSwitchedOff(error)) return 'refused';
      throw error;
    }
  },
  async outcomeOf(key) {
    try {
      const { status } = await paymentGateway.find({ key, reference: null });
      return status === 'captured' || status === 'declined' || status === 'unknown' ? status : 'unreachable';
    } catch (error) {
      if (error instanceof GatewayUnavailable || isSwitchedOff(error)) return 'unreachable';
      throw error;
    }
  },
  async refund({ key, chargeKey, amount }) {
    try {
      const charge = { key: chargeKey, reference: null };
      const { status } = await paymentGateway.refund({ key, charge, amount });
      return status === 'succeeded' || status === 'failed' ? status : 'inDoubt';
    } catch (error) {
      if (error instanceof GatewayTimeout || error instanceof GatewayUnavailable || isSwitchedOff(error))
        return 'inDoubt';
      throw error;
    }
  },
});
