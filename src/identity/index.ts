// The door: what other contexts, and the HTTP layer's authentication, may use.
export type { Authenticate } from './application/authenticate.js';
export type { CardVault, ChargeableCard, Directory, UserMailer, Person } from './application/public-api.js';
export {
  GatewayTimeout,
  GatewayUnavailable,
  type CardDescription,
  type Charge,
  type ChargeOutcome,
  type PaymentGateway,
  type Refund,
  type RefundOutcome,
} from './application/payment-gateway.js';
export type { Actor } from './application/ports.js';
export type { Role } from './domain/user.js';
