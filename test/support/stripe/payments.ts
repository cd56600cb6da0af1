import { ApiError, invalidRequest } from './errors.js';
import type { ApiObject, StripeState } from './state.js';

/** 1.5 % and 0.25 of the currency, the price of a card in Europe. */
const feeOf = (amount: number): number => Math.round(amount * 0.015) + 25;

const unexpectedState = (intent: ApiObject): ApiError =>
  invalidRequest(`You cannot do this to a PaymentIntent with the status ${String(intent['status'])}.`, {
    code: 'payment_intent_unexpected_state',
    payment_intent: intent,
  });

function addCharge(state: StripeState, intent: ApiObject, fields: Readonly<Record<string, unknown>>) {
  const method = state.get('payment_method', intent['payment_method']);
  const charge = state.add('charge', {
    amount: intent['amount'],
    amount_captured: 0,
    amount_refunded: 0,
    currency: intent['currency'],
    customer: intent['customer'],
    metadata: { ...(intent['metadata'] as object) },
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: 'card', card: method['card'] as unknown },
    refunded: false,
    disputed: false,
    ...fields,
  });
  intent['latest_charge'] = charge.id;
  return charge;
}

function decline(state: StripeState, intent: ApiObject, code: string, declineCode: string): ApiError {
  const charge = addCharge(state, intent, { status: 'failed', paid: false, captured: false });
  const failure = { type: 'card_error', code, decline_code: declineCode, charge: charge.id };
  intent['status'] = 'requires_payment_method';
  intent['last_payment_error'] = failure;
  intent['next_action'] = null;
  state.emit('payment_intent.payment_failed', intent);
  return new ApiError(402, { ...failure, message: 'Your card was declined.', payment_intent: intent });
}

/** Takes the money. */
export function capture(state: StripeState, intent: ApiObject): void {
  const amount = Number(intent['amount']);
  const charge = addCharge(state, intent, {
    status: 'succeeded',
    paid: true,
    captured: true,
    amount_captured: amount,
  });
  const fee = feeOf(amount);
  const transaction = state.add('balance_transaction', {
    amount,
    fee,
    net: amount - fee,
    currency: intent['currency'],
    source: charge.id,
    type: 'charge',
  });
  charge['balance_transaction'] = transaction.id;
  Object.assign(intent, {
    status: 'succeeded',
    amount_received: amount,
    last_payment_error: null,
    next_action: null,
  });
  state.captures.set(intent.id, (state.captures.get(intent.id) ?? 0) + 1);
  state.emit('payment_intent.succeeded', intent);
  state.emit('charge.succeeded', charge);
}

export function confirmIntent(
  state: StripeState,
  intent: ApiObject,
  { offSession, returnUrl }: Readonly<{ offSession: boolean; returnUrl: string | undefined }>,
  baseUrl: string,
): void {
  if (!['requires_confirmation', 'requires_payment_method'].includes(String(intent['status'])))
    throw unexpectedState(intent);
  const card = state.cardOf(intent['payment_method']);
  if (card.decline !== undefined) throw decline(state, intent, card.decline.code, card.decline.decline_code);
  if (card.needsAuthentication === true && offSession)
    throw decline(state, intent, 'authentication_required', 'authentication_required');
  if (card.needsAuthentication !== true) {
    capture(state, intent);
    return;
  }
  if (returnUrl === undefined)
    throw invalidRequest('A return_url must be specified.', { param: 'return_url' });
  intent['status'] = 'requires_action';
  intent['next_action'] = {
    type: 'redirect_to_url',
    redirect_to_url: { url: `${baseUrl}/authenticate/${intent.id}`, return_url: returnUrl },
  };
  state.emit('payment_intent.requires_action', intent);
}

/** The payer answers the bank. Does nothing when the payment does not wait for the payer. */
export function authenticate(state: StripeState, intentId: string, accepted: boolean): void {
  const intent = state.get('payment_intent', intentId);
  if (intent['status'] !== 'requires_action') return;
  if (accepted) capture(state, intent);
  else
    decline(state, intent, 'payment_intent_authentication_failure', 'payment_intent_authentication_failure');
}

export function cancelIntent(state: StripeState, intent: ApiObject): void {
  const open = ['requires_payment_method', 'requires_confirmation', 'requires_action', 'requires_capture'];
  if (!open.includes(String(intent['status']))) throw unexpectedState(intent);
  Object.assign(intent, { status: 'canceled', canceled_at: state.seconds(), next_action: null });
  state.emit('payment_intent.canceled', intent);
}

export function createRefund(
  state: StripeState,
  { intent: intentId, amount, metadata }: Readonly<{ intent: string; amount: number; metadata: object }>,
): ApiObject {
  const intent = state.get('payment_intent', intentId, 'payment_intent');
  const charge = state.find(intent['latest_charge']);
  if (intent['status'] !== 'succeeded' || charge === undefined)
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
  const left = Number(charge['amount']) - Number(charge['amount_refunded']);
  if (left === 0)
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  if (amount > left)
    throw invalidRequest('Refund amount is greater than unrefunded amount on charge.', { param: 'amount' });
  const fails = state.cardOf(intent['payment_method']).refundsFail === true;
  const refund = state.add('refund', {
    amount,
    charge: charge.id,
    currency: intent['currency'],
    metadata,
    payment_intent: intent.id,
    status: fails ? 'failed' : 'succeeded',
    ...(fails && { failure_reason: 'declined' }),
  });
  if (!fails) {
    charge['amount_refunded'] = Number(charge['amount_refunded']) + amount;
    state.add('balance_transaction', {
      amount: -amount,
      fee: 0,
      net: -amount,
      currency: intent['currency'],
      source: refund.id,
      type: 'refund',
    });
  }
  state.emit('refund.created', refund);
  state.emit(fails ? 'refund.failed' : 'refund.updated', refund);
  return refund;
}

/** The payer's bank disputes the charge. */
export function openDispute(state: StripeState, intentId: string): ApiObject {
  const intent = state.get('payment_intent', intentId);
  const dispute = state.add('dispute', {
    amount: intent['amount'],
    charge: intent['latest_charge'],
    currency: intent['currency'],
    payment_intent: intent.id,
    status: 'needs_response',
  });
  state.emit('charge.dispute.created', dispute);
  return dispute;
}

export function closeDispute(state: StripeState, id: string, status: 'won' | 'lost'): void {
  const dispute = state.get('dispute', id);
  dispute['status'] = status;
  state.emit('charge.dispute.closed', dispute);
}

/** Pays out every balance transaction that no payout contains. */
export function payOut(state: StripeState): ApiObject {
  const transactions = state
    .all('balance_transaction')
    .filter((each) => each['payout'] === undefined && each['type'] !== 'payout');
  const amount = transactions.reduce((sum, { net }) => sum + Number(net), 0);
  const payout = state.add('payout', {
    amount,
    arrival_date: state.seconds() + 2 * 86_400,
    automatic: true,
    currency: 'eur',
    status: 'in_transit',
  });
  for (const transaction of transactions) transaction['payout'] = payout.id;
  state.add('balance_transaction', {
    amount: -amount,
    fee: 0,
    net: -amount,
    currency: 'eur',
    source: payout.id,
    type: 'payout',
    payout: payout.id,
  });
  state.emit('payout.created', payout);
  return payout;
}

export function finishPayout(state: StripeState, id: string, status: 'paid' | 'failed'): void {
  const payout = state.get('payout', id);
  payout['status'] = status;
  state.emit(`payout.${status}`, payout);
}
