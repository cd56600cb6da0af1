import type { ServerResponse } from 'node:http';
import { TEST_CARDS, type TestCardName } from './cards.js';
import { authenticate } from './payments.js';
import { finishSession } from './sessions.js';
import type { StripeState } from './state.js';

const button = (action: string, label: string): string =>
  `<form method="post" action="${action}"><p><button>${label}</button></p></form>`;

type PageRequest = Readonly<{ method: string; pathname: string; search: string }>;

/** The pages of Stripe and of a bank, for a person who tries Praxis with the stand-in. */
export function answerPage(state: StripeState, request: PageRequest, response: ServerResponse): void {
  const [, page, id = ''] = request.pathname.split('/');
  const object = state.find(id);
  if (object === undefined || (page !== 'pay' && page !== 'authenticate')) {
    response.writeHead(404).end('There is no such page.');
    return;
  }
  const action = object['next_action'] as Readonly<{ redirect_to_url: { return_url: string } }> | null;
  const returnUrl = action?.redirect_to_url.return_url;
  const choice = new URLSearchParams(request.search).get('choice');
  if (request.method === 'POST' && choice !== null) {
    if (page === 'authenticate') authenticate(state, id, choice === 'accept');
    else if (Object.hasOwn(TEST_CARDS, choice)) finishSession(state, id, choice as TestCardName);
    const back: unknown = page === 'pay' ? object['success_url'] : returnUrl;
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(`<p>Done.</p>${typeof back === 'string' ? `<p><a href="${encodeURI(back)}">Back</a></p>` : ''}`);
    return;
  }
  const choices =
    page === 'authenticate'
      ? [button('?choice=accept', 'Confirm the payment'), button('?choice=refuse', 'Refuse the payment')]
      : Object.entries(TEST_CARDS).map(([name, { label }]) => button(`?choice=${name}`, label));
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(choices.join('\n'));
}
