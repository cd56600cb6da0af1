import type { TestCardName } from './cards.js';
import { invalidRequest, missing } from './errors.js';
import { type Form, listAt, metadataOf, textAt } from './form.js';
import { cancelIntent, confirmIntent, createRefund } from './payments.js';
import { createSession, expireSession, refreshSession } from './sessions.js';
import type { ApiObject, StripeState } from './state.js';

type Call = Readonly<{ state: StripeState; id: string; form: Form; baseUrl: string }>;
type Endpoint = Readonly<{ method: string; path: RegExp; handle: (call: Call) => object }>;

const DEFAULT_PAGE = 10;

/** Cards that every account may attach to a customer in test mode. */
const SHARED_CARDS: Readonly<Record<string, TestCardName>> = {
  pm_card_visa: 'good',
  pm_card_chargeCustomerFail: 'declined',
  pm_card_authenticationRequired: 'needsAuthentication',
};

/** One page of a list, newest first, with `starting_after` (older) or `ending_before` (newer). */
function page(objects: readonly ApiObject[], form: Form, url: string): object {
  const limit = Number(textAt(form, 'limit') ?? DEFAULT_PAGE);
  if (!(limit >= 1 && limit <= 100)) throw invalidRequest('Invalid limit.', { param: 'limit' });
  const positionOf = (param: string): number | undefined => {
    const id = textAt(form, param);
    if (id === undefined) return undefined;
    const position = objects.findIndex((object) => object.id === id);
    if (position < 0) throw missing('object', id, param);
    return position;
  };
  const [after, before] = [positionOf('starting_after'), positionOf('ending_before')];
  const start = before === undefined ? (after ?? -1) + 1 : Math.max(0, before - limit);
  const end = before ?? start + limit;
  const hasMore = before === undefined ? end < objects.length : start > 0;
  return { object: 'list', url, has_more: hasMore, data: objects.slice(start, end) };
}

/** Replaces ids by objects, as `expand[]=a.b` asks. */
function expand(state: StripeState, value: unknown, [name, ...rest]: readonly string[]): void {
  if (Array.isArray(value)) {
    for (const each of value) expand(state, each, [name!, ...rest]);
    return;
  }
  if (typeof value !== 'object' || value === null || name === undefined) return;
  const object = value as Record<string, unknown>;
  const found = state.find(object[name]);
  if (found !== undefined) object[name] = structuredClone(found);
  if (rest.length > 0) expand(state, object[name], rest);
}

function createIntent({ state, form }: Call): ApiObject {
  const amount = Number(textAt(form, 'amount'));
  if (!Number.isSafeInteger(amount) || amount < 1)
    throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
  const customer = state.get('customer', textAt(form, 'customer'), 'customer');
  const method = state.get('payment_method', textAt(form, 'payment_method'), 'payment_method');
  if (method['customer'] !== customer.id)
    throw invalidRequest('The payment method does not belong to this customer.', { param: 'payment_method' });
  const intent = state.add('payment_intent', {
    amount,
    currency: textAt(form, 'currency'),
    customer: customer.id,
    description: textAt(form, 'description') ?? null,
    last_payment_error: null,
    latest_charge: null,
    metadata: metadataOf(form),
    next_action: null,
    payment_method: method.id,
    status: 'requires_confirmation',
  });
  state.emit('payment_intent.created', intent);
  return intent;
}

const confirm = ({ state, id, form, baseUrl }: Call): ApiObject => {
  const intent = state.get('payment_intent', id);
  const offSession = textAt(form, 'off_session') === 'true';
  confirmIntent(state, intent, { offSession, returnUrl: textAt(form, 'return_url') }, baseUrl);
  return intent;
};

const ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'GET',
    path: /^\/v1\/balance$/,
    handle: () => ({ object: 'balance', available: [], pending: [], livemode: false }),
  },
  { method: 'POST', path: /^\/v1\/payment_intents$/, handle: createIntent },
  {
    method: 'GET',
    path: /^\/v1\/payment_intents\/(\w+)$/,
    handle: ({ state, id }) => state.get('payment_intent', id, 'intent'),
  },
  { method: 'POST', path: /^\/v1\/payment_intents\/(\w+)\/confirm$/, handle: confirm },
  {
    method: 'POST',
    path: /^\/v1\/payment_intents\/(\w+)\/cancel$/,
    handle({ state, id }) {
      const intent = state.get('payment_intent', id, 'intent');
      cancelIntent(state, intent);
      return intent;
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/checkout\/sessions$/,
    handle: ({ state, form, baseUrl }) => createSession(state, form, baseUrl),
  },
  {
    method: 'GET',
    path: /^\/v1\/checkout\/sessions\/(\w+)$/,
    handle: ({ state, id }) => refreshSession(state, state.get('checkout.session', id, 'session')),
  },
  {
    method: 'POST',
    path: /^\/v1\/checkout\/sessions\/(\w+)\/expire$/,
    handle({ state, id }) {
      const session = state.get('checkout.session', id, 'session');
      expireSession(state, session);
      return session;
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/refunds$/,
    handle: ({ state, form }) =>
      createRefund(state, {
        intent: textAt(form, 'payment_intent') ?? '',
        amount: Number(textAt(form, 'amount')),
        metadata: metadataOf(form),
      }),
  },
  {
    method: 'GET',
    path: /^\/v1\/refunds\/(\w+)$/,
    handle: ({ state, id }) => state.get('refund', id),
  },
  {
    method: 'GET',
    path: /^\/v1\/refunds$/,
    handle: ({ state, form }) =>
      page(
        state.all('refund').filter((each) => each['payment_intent'] === textAt(form, 'payment_intent')),
        form,
        '/v1/refunds',
      ),
  },
  {
    method: 'GET',
    path: /^\/v1\/payment_methods\/(\w+)$/,
    handle: ({ state, id }) => state.get('payment_method', id, 'payment_method'),
  },
  { method: 'POST', path: /^\/v1\/customers$/, handle: ({ state }) => state.add('customer', {}) },
  {
    method: 'POST',
    path: /^\/v1\/payment_methods\/(\w+)\/attach$/,
    handle({ state, id, form }) {
      const name = SHARED_CARDS[id];
      const customer = state.get('customer', textAt(form, 'customer'), 'customer');
      if (name === undefined) throw missing('payment_method', id);
      const method = state.get('payment_method', state.saveCard(name).paymentMethod);
      method['customer'] = customer.id;
      return method;
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/webhook_endpoints$/,
    handle: ({ state, form }) => page(state.all('webhook_endpoint'), form, '/v1/webhook_endpoints'),
  },
  {
    method: 'DELETE',
    path: /^\/v1\/customers\/(\w+)$/,
    handle({ state, id }) {
      state.get('customer', id);
      for (const method of state.all('payment_method'))
        if (method['customer'] === id) method['customer'] = null;
      state.remove(id);
      return { id, object: 'customer', deleted: true };
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/payouts$/,
    handle: ({ state, form }) => page(state.all('payout'), form, '/v1/payouts'),
  },
  { method: 'GET', path: /^\/v1\/payouts\/(\w+)$/, handle: ({ state, id }) => state.get('payout', id) },
  {
    method: 'GET',
    path: /^\/v1\/balance_transactions$/,
    handle: ({ state, form }) =>
      page(
        state.all('balance_transaction').filter((each) => each['payout'] === textAt(form, 'payout')),
        form,
        '/v1/balance_transactions',
      ),
  },
  {
    method: 'GET',
    path: /^\/v1\/disputes$/,
    handle: ({ state, form }) => page(state.all('dispute'), form, '/v1/disputes'),
  },
  { method: 'GET', path: /^\/v1\/disputes\/(\w+)$/, handle: ({ state, id }) => state.get('dispute', id) },
];

/** The answer of the API, with the requested objects expanded. Throws ApiError. */
export function answerCall(
  state: StripeState,
  { method, path, form, baseUrl }: Readonly<{ method: string; path: string; form: Form; baseUrl: string }>,
): object {
  for (const endpoint of ENDPOINTS) {
    const match = endpoint.method === method ? endpoint.path.exec(path) : null;
    if (match === null) continue;
    const answer = structuredClone(endpoint.handle({ state, id: match[1] ?? '', form, baseUrl }));
    for (const name of listAt(form, 'expand')) expand(state, answer, name.split('.'));
    return answer;
  }
  throw missing('endpoint', `${method} ${path}`);
}
