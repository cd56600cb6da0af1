import { randomUUID } from 'node:crypto';
import { makeUser, type Answer, type TestPraxis, type TestUser } from '../support/praxis.js';

export const eur = (amount: number) => ({ amount, currency: 'EUR' });
let serial = 0;

/** Creates a product with its own SKU as staff. */
export async function makeProduct(
  praxis: TestPraxis,
  staff: TestUser,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Answer['body']> {
  serial += 1;
  const body = { sku: `SKU-${serial}`, name: `Product ${serial}`, price: eur(1000), stock: 100, ...fields };
  const {
    status,
    text,
    body: product,
  } = await praxis.call('POST', '/v1/products', {
    token: staff.accessToken,
    body,
  });
  if (status !== 201) throw new Error(`the product was answered ${status}: ${text}`);
  return product;
}

/** Creates a member with a default card. */
export async function makeBuyer(praxis: TestPraxis, gatewayToken = 'tok_visa_4242'): Promise<TestUser> {
  const buyer = await makeUser(praxis);
  await saveCard(praxis, buyer, gatewayToken);
  return buyer;
}

export async function saveCard(praxis: TestPraxis, user: TestUser, gatewayToken: string): Promise<string> {
  const { status, text, body } = await praxis.call('POST', '/v1/me/cards', {
    token: user.accessToken,
    body: { gatewayToken, isDefault: true },
  });
  if (status !== 201) throw new Error(`the card was answered ${status}: ${text}`);
  return body.id;
}

export const keyed = (key: string = randomUUID()) => ({ 'idempotency-key': key });

export type Basket = readonly Readonly<{ productId: string; quantity: number }>[];

export const order = (
  praxis: TestPraxis,
  user: TestUser,
  lines: Basket,
  more: Readonly<Record<string, unknown>> = {},
  key: string = randomUUID(),
): Promise<Answer> =>
  praxis.call('POST', '/v1/orders', {
    token: user.accessToken,
    headers: keyed(key),
    body: { lines, payment: { method: 'card' }, ...more },
  });
