import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidCardToken } from '../../../kernel/payment-gateway.js';

/** A customer of Stripe's with one card. */
export type StripeCard = Readonly<{ customer: string; paymentMethod: string }>;

const TOKEN = /^(cus_\w{1,100})\.(pm_\w{1,100}|card_\w{1,100})\.([\w-]{22})$/;
const MAC_BYTES = 16;

const macOf = ({ customer, paymentMethod }: StripeCard, secretKey: string): Buffer =>
  createHmac('sha256', secretKey)
    .update(`praxis card ${customer} ${paymentMethod}`)
    .digest()
    .subarray(0, MAC_BYTES);

/**
 * A gateway token: customer, card, and a code that only this server can compute. Without it a member could save the card of
 * another member whose ids are known.
 */
export const makeToken = (card: StripeCard, secretKey: string): string =>
  `${card.customer}.${card.paymentMethod}.${macOf(card, secretKey).toString('base64url')}`;

/** Reads a token that was saved. invalid `invalid-card-token` */
export function readToken(token: string): StripeCard {
  const [, customer, paymentMethod] = TOKEN.exec(token) ?? [];
  if (customer === undefined || paymentMethod === undefined) throw invalidCardToken();
  return { customer, paymentMethod };
}

/** Reads a token that a client may have sent. invalid `invalid-card-token` */
export function verifyToken(token: string, secretKey: string): StripeCard {
  const card = readToken(token);
  const mac = Buffer.from(TOKEN.exec(token)?.[3] ?? '', 'base64url');
  if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, macOf(card, secretKey))) throw invalidCardToken();
  return card;
}
