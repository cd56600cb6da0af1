import { invalidRequest } from './errors.js';
import { type Form, metadataOf, textAt } from './form.js';
import { capture } from './payments.js';
import { TEST_CARDS, type TestCardName } from './cards.js';
import type { ApiObject, StripeState } from './state.js';

const DAY_SECONDS = 86_400;

export function createSession(state: StripeState, form: Form, baseUrl: string): ApiObject {
  const mode = textAt(form, 'mode');
  if (mode !== 'payment' && mode !== 'setup') throw invalidRequest('Invalid mode.', { param: 'mode' });
  for (const name of ['success_url', 'cancel_url'])
    if (textAt(form, name) === undefined) throw invalidRequest(`Missing ${name}.`, { param: name });
  const session = state.add('checkout.session', {
    mode,
    client_reference_id: textAt(form, 'client_reference_id') ?? null,
    customer: null,
    expires_at: state.seconds() + DAY_SECONDS,
    metadata: metadataOf(form),
    payment_intent: null,
    payment_status: mode === 'setup' ? 'no_payment_required' : 'unpaid',
    setup_intent: null,
    status: 'open',
    success_url: textAt(form, 'success_url'),
  });
  session['url'] = `${baseUrl}/pay/${session.id}`;
  if (mode === 'setup') session['setup_intent'] = state.add('setup_intent', { payment_method: null }).id;
  else {
    const price = (name: string) => textAt(form, 'line_items', '0', 'price_data', name);
    session['amount_total'] = Number(price('unit_amount'));
    session['currency'] = price('currency');
    session['payment_intent_metadata'] = metadataOf(form, 'payment_intent_data');
  }
  return session;
}

/** A session expires after a day without anybody doing anything. */
export function refreshSession(state: StripeState, session: ApiObject): ApiObject {
  if (session['status'] === 'open' && Number(session['expires_at']) <= state.seconds()) {
    session['status'] = 'expired';
    session['url'] = null;
    state.emit('checkout.session.expired', session);
  }
  return session;
}

export function expireSession(state: StripeState, session: ApiObject): void {
  if (refreshSession(state, session)['status'] !== 'open')
    throw invalidRequest('Only Checkout Sessions with a status in ["open"] can be expired.');
  session['expires_at'] = state.seconds();
  refreshSession(state, session);
}

/** A person enters a card on the page of the session. A declined card leaves the page open. */
export function finishSession(state: StripeState, id: string, name: TestCardName): void {
  const session = refreshSession(state, state.get('checkout.session', id));
  if (session['status'] !== 'open') return;
  const { customer, paymentMethod } = state.saveCard(name);
  if (session['mode'] === 'setup') {
    Object.assign(state.get('setup_intent', session['setup_intent']), {
      payment_method: paymentMethod,
      customer,
      status: 'succeeded',
    });
    Object.assign(session, { customer, status: 'complete', url: null });
  } else {
    const { payment_intent: known } = session;
    const intent =
      state.find(known) ??
      state.add('payment_intent', {
        amount: session['amount_total'],
        currency: session['currency'],
        metadata: session['payment_intent_metadata'],
        last_payment_error: null,
        next_action: null,
      });
    intent['payment_method'] = paymentMethod;
    session['payment_intent'] = intent.id;
    if ('decline' in TEST_CARDS[name]) {
      const failure = TEST_CARDS[name].decline;
      Object.assign(intent, { status: 'requires_payment_method', last_payment_error: failure });
      state.emit('payment_intent.payment_failed', intent);
      return;
    }
    capture(state, intent);
    Object.assign(session, { payment_status: 'paid', status: 'complete', url: null });
  }
  state.emit('checkout.session.completed', session);
}
