import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, SECOND } from '../../kernel/clock.js';
import type { Sequelize } from 'sequelize';
import { GatewayTimeout, type PaymentGateway, wrongWebhookSignature } from '../../kernel/payment-gateway.js';
import { makeSandboxCardSetups } from './sandbox-card-setups.js';
import { makeSandboxCharges } from './sandbox-charges.js';
import { makeSandboxRefunds } from './sandbox-refunds.js';
import { describeToken, resolveToken, SANDBOX_TOKENS } from './sandbox-tokens.js';

const SLOW_MS = 2 * SECOND;

/**
 * A gateway for trials, which moves no money. It keeps its charges and refunds in tables of its own, and writes them on a
 * connection of the pool, never in a caller's transaction: like with a real gateway, a rollback undoes no charge, and every
 * process finds a charge by its key. `answerTimeoutMs`: how long a charge with `tok_timeout` takes to time out.
 */
export const makeSandboxGateway = (
  dependencies: Readonly<{ sequelize: Sequelize; clock: Clock; publicUrl: string }>,
  { answerTimeoutMs = SECOND, slowMs = SLOW_MS }: { answerTimeoutMs?: number; slowMs?: number } = {},
): PaymentGateway => {
  const { clock } = dependencies;
  const charges = makeSandboxCharges(dependencies);
  const cardSetups = makeSandboxCardSetups(dependencies);
  const refunds = makeSandboxRefunds(dependencies);
  return {
    name: 'sandbox',
    async describe(token) {
      return describeToken(token, await resolveToken(token, slowMs), clock.now());
    },
    // The charge is registered by `confirm`: its key alone finds it.
    prepare: () => Promise.resolve({ reference: null }),
    async confirm(charge) {
      await resolveToken(charge.token, slowMs);
      const state = await charges.confirm(charge);
      if (charge.token !== SANDBOX_TOKENS.timeout) return state;
      await sleep(answerTimeoutMs);
      throw new GatewayTimeout();
    },
    prepareHosted: async (charge) => ({ reference: null, action: await charges.prepareHosted(charge) }),
    find: ({ key }) => charges.find(key),
    cancel: ({ key }) => charges.cancel(key),
    refund: async (refund) => ({ status: await refunds.refund(refund), reference: null }),
    findRefund: ({ key }) => refunds.find(key),
    async detach() {
      // The sandbox stores no cards: the token itself contains the description.
    },
    prepareCardSetup: ({ key, returnUrl }) => cardSetups.prepare(key, returnUrl),
    findCardSetup: (reference) => cardSetups.find(reference),
    // The sandbox sends no webhooks.
    readWebhook() {
      throw wrongWebhookSignature();
    },
    listPayouts: () => Promise.resolve([]),
    findPayout: () => Promise.resolve(undefined),
    listDisputes: () => Promise.resolve([]),
    findDispute: () => Promise.resolve(undefined),
    check: () => Promise.resolve('ok'),
  };
};
