import type { Clock } from '../../kernel/clock.js';
import { MINUTE } from '../../kernel/clock.js';
import type { PaymentGateway } from '../../kernel/payment-gateway.js';

export type GatewayHealth = () => 'ok' | 'unauthenticated' | 'unreachable';

/**
 * The last known state of the payment gateway. A call never waits: it asks the gateway in the background at most once a
 * minute, and the state is `ok` until the first answer.
 */
export const makeGatewayHealth = ({
  paymentGateway,
  clock,
}: Readonly<{ paymentGateway: PaymentGateway; clock: Clock }>): GatewayHealth => {
  let state: ReturnType<GatewayHealth> = 'ok';
  let nextCheckMs = 0;
  return () => {
    const nowMs = clock.now().getTime();
    if (nowMs >= nextCheckMs) {
      nextCheckMs = nowMs + MINUTE;
      void paymentGateway.check().then(
        (found) => {
          state = found;
        },
        () => {
          state = 'unreachable';
        },
      );
    }
    return state;
  };
};
