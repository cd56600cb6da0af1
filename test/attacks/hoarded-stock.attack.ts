import { randomUUID } from 'node:crypto';
import type { Attack } from './attack.js';
import { callOf, signIn } from './members.js';

/** The default of LIMIT_UNPAID_PIECES. */
const MOST_PIECES = 100;
const PIECES = 20;

type Product = Readonly<{ id: string; stock: number }>;

export const attack: Attack = {
  does: 'A member orders the whole stock of a product, to be paid at the desk.',
  async run(target, scale, signal) {
    const call = callOf(target, signal);
    const token = await signIn(call, 'member@praxis.test');
    const admin = await signIn(call, 'admin@praxis.test');
    const made = await call('POST', '/v1/products', {
      token: admin,
      headers: { 'idempotency-key': randomUUID() },
      body: {
        sku: `HOARD-${randomUUID().slice(0, 8)}`,
        name: 'Hoarded',
        price: { amount: 100, currency: 'EUR' },
        stock: 500,
      },
    });
    const product = made.body as Product;
    const orders = scale === 'small' ? 12 : 25;
    const answers = await Promise.all(
      Array.from({ length: orders }, () =>
        call('POST', '/v1/orders', {
          token,
          headers: { 'idempotency-key': randomUUID() },
          body: { lines: [{ productId: product.id, quantity: PIECES }], payment: { method: 'desk' } },
        }),
      ),
    );
    const of = (test: (answer: (typeof answers)[number]) => boolean): number => answers.filter(test).length;
    const ordered = of(({ status }) => status === 201);
    return {
      asked: orders,
      ordered,
      reservedPieces: ordered * PIECES,
      refused: of(({ body }) => String((body as { code?: string }).code).startsWith('too-many-unpaid')),
      rateLimited: of(({ status }) => status === 429),
    };
  },
  faults: ({ reservedPieces = 0, refused = 0 }) => [
    ...(reservedPieces > MOST_PIECES ? [`one member holds ${reservedPieces} pieces unpaid`] : []),
    ...(refused === 0 ? ['no order was refused'] : []),
  ],
};
