import type { Sequelize } from 'sequelize';
import type { Clock } from '../../kernel/clock.js';
import type { PaymentGateway } from '../../kernel/payment-gateway.js';
import { makeDeskGateway } from './desk-gateway.js';
import { makeSandboxGateway } from './sandbox-gateway.js';

/** The gateway that PAYMENT_GATEWAY names. */
export const makePaymentGateway = ({
  config,
  sequelize,
  clock,
  publicUrl,
}: {
  config: Readonly<{ paymentGateway: 'sandbox' | 'desk' }>;
  sequelize: Sequelize;
  clock: Clock;
  publicUrl: string;
}): PaymentGateway =>
  config.paymentGateway === 'sandbox'
    ? makeSandboxGateway({ sequelize, clock, publicUrl })
    : makeDeskGateway();
