import type { Context } from 'koa';
import { notFound } from '../../../kernel/errors.js';
import { formatMinor } from '../../../kernel/money.js';
import type { OpenAction, SandboxCharges } from '../../payments/sandbox-charges.js';
import type { OpenCardSetup, SandboxCardSetups } from '../../payments/sandbox-card-setups.js';
import { SANDBOX_TOKENS } from '../../payments/sandbox-tokens.js';
import { escapeHtml, htmlPage, PAGE_CONTENT_SECURITY_POLICY } from './html.js';
import type { Page } from './pages.js';

const CONTENT_SECURITY_POLICY = PAGE_CONTENT_SECURITY_POLICY.replace(
  "form-action 'none'",
  "form-action 'self'",
);

const CARDS: readonly (readonly [token: string, label: string])[] = [
  [SANDBOX_TOKENS.good, 'Save a good card'],
  [SANDBOX_TOKENS.action, 'Save a card that needs authentication'],
  [SANDBOX_TOKENS.declined, 'Save a card that is declined'],
  [SANDBOX_TOKENS.refundRefused, 'Save a card that takes no refunds'],
];

const button = (name: string, value: string, label: string): string =>
  `<form method="post" action="?${name}=${encodeURIComponent(value)}"><p><button>${escapeHtml(label)}</button></p></form>`;

const backLink = (returnUrl: string): string =>
  /^https?:\/\//.test(returnUrl)
    ? `<p><a href="${escapeHtml(returnUrl)}">Back to the practice</a></p>`
    : '<p>Go back to the practice.</p>';

function answer(context: Context, title: string, main: string): void {
  context.set({ 'Content-Security-Policy': CONTENT_SECURITY_POLICY, 'Cache-Control': 'no-store' });
  context.type = 'text/html; charset=utf-8';
  context.body = htmlPage(title, `<h1>${escapeHtml(title)}</h1>\n${main}`);
}

function answerPayment(context: Context, action: OpenAction | undefined): void {
  if (action === undefined) throw notFound('payment');
  const { amount, currency, description, returnUrl, isOpen } = action;
  const subject = `<p>${escapeHtml(description)}: ${formatMinor(amount, currency)} ${escapeHtml(currency)}. No money moves in the sandbox.</p>`;
  const choice = isOpen
    ? button('outcome', 'completed', 'Confirm the payment') +
      button('outcome', 'refused', 'Refuse the payment')
    : `<p>This payment is finished.</p>${backLink(returnUrl)}`;
  answer(context, 'Sandbox payment', `${subject}${choice}`);
}

function answerCard(context: Context, setup: OpenCardSetup | undefined): void {
  if (setup === undefined) throw notFound('card setup');
  const choice = setup.isOpen
    ? CARDS.map(([token, label]) => button('card', token, label)).join('')
    : `<p>This page is finished.</p>${backLink(setup.returnUrl)}`;
  answer(context, 'Sandbox cards', choice);
}

const parameterOf = (context: Context, name: string): string =>
  (context['params'] as Readonly<Record<string, string | undefined>>)[name] ?? '';

type Dependencies = Readonly<{
  charges: Pick<SandboxCharges, 'findAction' | 'finishAction'>;
  cardSetups: Pick<SandboxCardSetups, 'view' | 'save'>;
}>;

/** Stand for the bank's page that authenticates a payer, and for the gateway's page where a member saves a card. */
export const sandboxPages = ({ charges, cardSetups }: Dependencies): readonly Page[] => [
  {
    path: '/sandbox-payments/{key}',
    operationId: 'getSandboxPaymentPage',
    summary: 'Confirm or refuse a payment of the sandbox gateway',
    contentType: 'text/html',
    parameters: ['key'],
    hidden: true,
    async handle(context) {
      answerPayment(context, await charges.findAction(parameterOf(context, 'key')));
    },
    async submit(context) {
      const key = parameterOf(context, 'key');
      const { outcome } = context.query;
      if (outcome === 'completed' || outcome === 'refused') await charges.finishAction(key, outcome);
      answerPayment(context, await charges.findAction(key));
    },
  },
  {
    path: '/sandbox-cards/{key}',
    operationId: 'getSandboxCardPage',
    summary: 'Save a card of the sandbox gateway',
    contentType: 'text/html',
    parameters: ['key'],
    hidden: true,
    async handle(context) {
      answerCard(context, await cardSetups.view(parameterOf(context, 'key')));
    },
    async submit(context) {
      const key = parameterOf(context, 'key');
      const { card } = context.query;
      if (CARDS.some(([token]) => token === card)) await cardSetups.save(key, String(card));
      answerCard(context, await cardSetups.view(key));
    },
  },
];
