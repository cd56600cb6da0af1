import type { Sequelize } from 'sequelize';
import type { Clock } from '../../kernel/clock.js';
import type { Logger } from 'pino';
import type { PaymentGateway } from '../../kernel/payment-gateway.js';
import { makeDeskGateway } from './desk-gateway.js';
import { makeSandboxGateway } from './sandbox-gateway.js';
import type { StripeSettings } from './stripe/stripe-client.js';
import { makeStripeGateway } from './stripe/stripe-gateway.js';

/** The gateway that PAYMENT_GATEWAY names. */
export const makePaymentGateway = ({
  config,
  sequelize,
  clock,
  publicUrl,
  logger,
}: {
  config: Readonly<{ paymentGateway: PaymentGateway['name']; stripe: StripeSettings | null }>;
  sequelize: Sequelize;
  clock: Clock;
  publicUrl: string;
  logger: Logger;
}): PaymentGateway => {
  if (config.stripe !== null) return makeStripeGateway({ stripeSettings: config.stripe, clock, logger });
  return config.paymentGateway === 'sandbox'
    ? makeSandboxGateway({ sequelize, clock, publicUrl })
    : makeDeskGateway();
};
