import { randomUUID } from 'node:crypto';
import { QueryTypes, type Sequelize } from 'sequelize';
import { CONTEXTS } from '../../src/contexts.js';
import type { PaymentGateway } from '../../src/kernel/payment-gateway.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { runIntegrityChecks } from '../../src/platform/database/integrity.js';
import type { AddDiscount } from '../../src/storefront/application/add-discount.js';
import type { AddProduct } from '../../src/storefront/application/add-product.js';
import type { CancelOrder } from '../../src/storefront/application/cancel-order.js';
import type { ExpireOrders } from '../../src/storefront/application/expire-orders.js';
import type { FulfillOrder } from '../../src/storefront/application/fulfill-order.js';
import type { PayOrder } from '../../src/storefront/application/pay-order.js';
import type { PlaceOrder } from '../../src/storefront/application/place-order.js';
import type { Order } from '../../src/storefront/application/domain-types.js';
import type {
  DiscountQueries,
  OrderQueries,
  ProductQueries,
  StorefrontPorts,
} from '../../src/storefront/application/ports.js';
import type { ReconcilePayments } from '../../src/storefront/application/reconcile-payments.js';
import type { RefundOrder } from '../../src/storefront/application/refund-order.js';
import type { SettleRefund } from '../../src/storefront/application/settle-refund.js';

/** The registrations that tests of the shop resolve from a real container. */
export type ShopCradle = Readonly<{
  sequelize: Sequelize;
  paymentGateway: PaymentGateway;
  storefrontUnitOfWork: UnitOfWork<StorefrontPorts>;
  productQueries: ProductQueries;
  discountQueries: DiscountQueries;
  orderQueries: OrderQueries;
  addProduct: AddProduct;
  addDiscount: AddDiscount;
  placeOrder: PlaceOrder;
  payOrder: PayOrder;
  cancelOrder: CancelOrder;
  shipOrder: FulfillOrder;
  refundOrder: RefundOrder;
  settleRefund: SettleRefund;
  expireOrders: ExpireOrders;
  reconcilePayments: ReconcilePayments;
}>;

const BUYERS = `
  WITH buyer AS (
    INSERT INTO users (id, email, full_name, role, email_verified_at, password_hash, created_at, updated_at, version)
    SELECT id, 'buyer-' || id || '@praxis.test', 'Mia Member', 'member', now(), 'none', now(), now(), 1
    FROM unnest($1::uuid[]) AS id
    RETURNING id
  )
  INSERT INTO cards (id, user_id, gateway_token, fingerprint, brand, last4, exp_month, exp_year, is_default, created_at, updated_at, version)
  SELECT gen_random_uuid(), id, $2, 'print ' || id, 'visa', '4242', 12, 2999, true, now(), now(), 1 FROM buyer`;

/** Creates members, each with a default card of this token. */
export async function makeBuyers(
  { sequelize }: Pick<ShopCradle, 'sequelize'>,
  count: number,
  token = 'tok_visa_4242',
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await sequelize.query(BUYERS, { bind: [ids, token], type: QueryTypes.RAW });
  return ids;
}

export const member = (userId: string) => ({ userId, role: 'member' }) as const;
export const staff = (userId: string) => ({ userId, role: 'staff' }) as const;
export const eur = (amount: number) => ({ amount, currency: 'EUR' });

/** Creates a product at 10.00 and returns its id. */
export async function stocked(
  { addProduct }: Pick<ShopCradle, 'addProduct'>,
  stock: number,
): Promise<string> {
  const { product } = await addProduct({
    sku: randomUUID(),
    name: 'Toothbrush',
    description: null,
    price: eur(1000),
    stock,
    isActive: true,
  });
  return product.id;
}

export const buy = (
  { placeOrder }: Pick<ShopCradle, 'placeOrder'>,
  userId: string,
  productIds: readonly string[],
  changes: Partial<Parameters<PlaceOrder>[0]> = {},
): Promise<Order> =>
  placeOrder({
    caller: member(userId),
    userId: null,
    lines: productIds.map((productId) => ({ productId, quantity: 1 })),
    discountCode: null,
    payment: { method: 'card', cardId: null },
    expectedTotal: null,
    ...changes,
  });

/** Names of the integrity checks that fail: of all contexts, or of those whose tables an older schema has. */
export async function brokenRules(
  { sequelize }: Pick<ShopCradle, 'sequelize'>,
  contexts = CONTEXTS.map(({ name }) => name),
): Promise<string[]> {
  const checks = CONTEXTS.filter(({ name }) => contexts.includes(name)).flatMap(
    ({ integrityChecks = [] }) => integrityChecks,
  );
  const findings = await runIntegrityChecks(sequelize, checks);
  return findings.filter(({ ok }) => !ok).map(({ name, broken }) => `${name}: ${broken.join(', ')}`);
}
