import { DomainError } from '../../kernel/errors.js';
import { GatewayTimeout, GatewayUnavailable } from '../../kernel/payment-gateway.js';

/** Whether the error says that the call moved no money: the gateway is unavailable or switched off. */
export const movedNoMoney = (error: unknown): boolean =>
  error instanceof GatewayUnavailable || (error instanceof DomainError && error.code === 'card-payments-off');

/** Whether the gateway gave no answer, so that it has to be asked again later. */
export const gaveNoAnswer = (error: unknown): boolean =>
  error instanceof GatewayTimeout || movedNoMoney(error);
