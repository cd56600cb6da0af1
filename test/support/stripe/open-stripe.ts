import { pino } from 'pino';
import { DAY, HOUR } from '../../../src/kernel/clock.js';
import type { PaymentGateway } from '../../../src/kernel/payment-gateway.js';
import { makeStripeGateway } from '../../../src/platform/payments/stripe/stripe-gateway.js';
import { makeToken } from '../../../src/platform/payments/stripe/stripe-tokens.js';
import { FakeClock } from '../fakes/clock.js';
import type { TestCardName } from './cards.js';
import { STAND_IN_KEY, STAND_IN_WEBHOOK_SECRET, StripeStandIn } from './stand-in.js';

/** The adapter with the real library, over a stand-in on a port of its own. */
export async function openStripe() {
  const clock = new FakeClock();
  const standIn = await new StripeStandIn({ now: () => clock.now() }).start();
  const logLines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logLines.push(line) });
  const open = (settings: Readonly<{ secretKey?: string; webhookSecrets?: string[] }> = {}): PaymentGateway =>
    makeStripeGateway(
      {
        stripeSettings: {
          secretKey: STAND_IN_KEY,
          webhookSecrets: [STAND_IN_WEBHOOK_SECRET],
          apiBase: standIn.url,
          ...settings,
        },
        clock,
        logger,
      },
      { timeoutMs: 150, retryDelaysMs: [1, 1] },
    );
  return {
    clock,
    standIn,
    logLines,
    open,
    gateway: open(),
    /** A token of a saved card. */
    token: (card: TestCardName): string => makeToken(standIn.state.saveCard(card), STAND_IN_KEY),
    expire: () => clock.advance(DAY + HOUR),
  };
}
export type OpenStripe = Awaited<ReturnType<typeof openStripe>>;
