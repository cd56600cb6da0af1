import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { Charge, ChargeState, PaymentGateway } from '../../kernel/payment-gateway.js';
import type { Config } from '../config/config.js';
import { makeStripeClient, type StripeSettings } from '../payments/stripe/stripe-client.js';
import { isStripeFailure } from '../payments/stripe/stripe-errors.js';
import { makeStripeGateway } from '../payments/stripe/stripe-gateway.js';
import { makeToken } from '../payments/stripe/stripe-tokens.js';
import { systemClock } from '../telemetry/clock.js';

const AMOUNT = 500;

type Print = (line: string) => void;
/** Runs a check and prints its result; returns whether it passed. A check that throws is a fault. */
type Check = (subject: string, work: () => Promise<string>) => Promise<boolean>;

const makeCheck =
  (print: Print): Check =>
  async (subject, work) => {
    try {
      print(`ok     ${subject.padEnd(16)} ${await work()}`);
      return true;
    } catch (error) {
      // Messages of Stripe may repeat what was sent.
      const reason = isStripeFailure(error) ? (error.code ?? error.type) : (error as Error).message;
      print(`fault  ${subject.padEnd(16)} ${reason}; see docs/payments.md`);
      return false;
    }
  };

function expectState(state: ChargeState, expected: ChargeState['status'], reason?: string): string {
  const found = state.status === 'declined' ? `declined, ${state.reason}` : state.status;
  const wanted = reason === undefined ? expected : `${expected}, ${reason}`;
  if (found !== wanted) throw new Error(`${found} instead of ${wanted}`);
  return found;
}

function expectEqual(found: string, wanted: string): string {
  if (found !== wanted) throw new Error(`${found} instead of ${wanted}`);
  return found;
}

/** Calls every method that moves money or opens a page, with test cards. */
async function tryTestCards(
  gateway: PaymentGateway,
  {
    publicUrl,
    currency,
    settings,
  }: Readonly<{ publicUrl: string; currency: string; settings: StripeSettings }>,
  check: Check,
): Promise<boolean> {
  const stripe = makeStripeClient(settings);
  const tokens: string[] = [];
  const charge = async (testCard: string, returnUrl: string | null = null) => {
    const { id: customer } = await stripe.customers.create({});
    const { id: paymentMethod } = await stripe.paymentMethods.attach(testCard, { customer });
    const token = makeToken({ customer, paymentMethod }, settings.secretKey);
    tokens.push(token);
    const request: Charge = {
      key: randomUUID(),
      token,
      amount: AMOUNT,
      currency,
      description: 'praxis doctor',
      returnUrl,
    };
    const ref = { key: request.key, ...(await gateway.prepare(request)) };
    return { ref, state: await gateway.confirm({ ...request, ...ref }) };
  };
  const page = { amount: AMOUNT, currency, description: 'praxis doctor', returnUrl: publicUrl };
  const checks: readonly (readonly [string, () => Promise<string>])[] = [
    [
      'charge, refund',
      async () => {
        const { ref, state } = await charge('pm_card_visa');
        expectState(state, 'captured');
        expectState(await gateway.find(ref), 'captured');
        const refund = { key: randomUUID(), charge: ref };
        const { status, reference } = await gateway.refund({ ...refund, amount: AMOUNT });
        expectEqual(status, 'succeeded');
        return expectEqual(await gateway.findRefund({ ...refund, reference }), 'succeeded');
      },
    ],
    [
      'decline',
      async () =>
        expectState((await charge('pm_card_chargeCustomerFail')).state, 'declined', 'card_declined'),
    ],
    [
      'payer absent',
      async () =>
        expectState(
          (await charge('pm_card_authenticationRequired')).state,
          'declined',
          'authentication_required',
        ),
    ],
    [
      'authentication',
      async () => {
        const { ref, state } = await charge('pm_card_authenticationRequired', publicUrl);
        const found = expectState(state, 'actionRequired');
        expectState(await gateway.cancel(ref), 'unknown');
        return found;
      },
    ],
    [
      'payment page',
      async () => {
        const key = randomUUID();
        const { reference } = await gateway.prepareHosted({ ...page, key });
        const found = expectState(await gateway.find({ key, reference }), 'actionRequired');
        expectState(await gateway.cancel({ key, reference }), 'unknown');
        return found;
      },
    ],
    [
      'card page',
      async () => {
        const { reference } = await gateway.prepareCardSetup({ key: randomUUID(), returnUrl: publicUrl });
        return expectEqual((await gateway.findCardSetup(reference)).status, 'open');
      },
    ],
    [
      'payouts',
      async () => {
        const payouts = await gateway.listPayouts({ after: null, limit: 1 });
        const disputes = await gateway.listDisputes({ after: null, limit: 1 });
        return `${payouts.length + disputes.length} read`;
      },
    ],
    [
      'deleted cards',
      async () => {
        for (const token of tokens) await gateway.detach(token);
        return String(tokens.length);
      },
    ],
  ];
  let healthy = true;
  for (const [subject, work] of checks) healthy = (await check(subject, work)) && healthy;
  return healthy;
}

async function checkWebhook(settings: StripeSettings, publicUrl: string): Promise<string> {
  const url = `${publicUrl}/v1/webhooks/stripe`;
  const { data } = await makeStripeClient(settings).webhookEndpoints.list({ limit: 100 });
  const endpoint = data.find((each) => each.url === url);
  if (endpoint === undefined) throw new Error(`no webhook endpoint has the address ${url}`);
  if (endpoint.status !== 'enabled') throw new Error(`the webhook endpoint ${url} is ${endpoint.status}`);
  return url;
}

/** Checks the payment gateway and prints `ok` or `fault` for each call. With a live key it moves no money. */
export async function runPaymentsDoctor(config: Config, print: Print): Promise<boolean> {
  const check = makeCheck(print);
  const { stripe: settings, currency } = config;
  if (settings === null)
    return check('gateway', () => Promise.resolve(`${config.paymentGateway}, which needs no check`));
  const publicUrl = config.publicUrl ?? `http://${config.host}:${config.port}`;
  const gateway = makeStripeGateway({
    stripeSettings: settings,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
  });
  const isTest = /^[sr]k_test_/.test(settings.secretKey);
  const accepted = await check('key', async () => {
    expectEqual(await gateway.check(), 'ok');
    return isTest ? 'accepted, test mode' : 'accepted, live mode: no card is charged';
  });
  if (!accepted) return false;
  const webhook = await check('webhook', () => checkWebhook(settings, publicUrl));
  const cards = !isTest || (await tryTestCards(gateway, { publicUrl, currency, settings }, check));
  return webhook && cards;
}
