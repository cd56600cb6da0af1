import { asFunction } from 'awilix';
import type { ContextModule } from '../platform/context-module.js';
import { makeUnitOfWork } from '../platform/database/unit-of-work.js';
import type { JobHandler } from '../platform/jobs/job-runner.js';
import { asWritingPort, type CradleOf } from '../platform/registrations.js';
import { makeAddDiscount } from './application/add-discount.js';
import { makeAddProduct } from './application/add-product.js';
import { makeAdjustStock } from './application/adjust-stock.js';
import { makeCancelOrder } from './application/cancel-order.js';
import { makeChangeDiscount } from './application/change-discount.js';
import { makeChangeProduct } from './application/change-product.js';
import { makeCollectPayment } from './application/collect-payment.js';
import { makeExpireOrders } from './application/expire-orders.js';
import { makeDeliverOrder, makeShipOrder } from './application/fulfill-order.js';
import {
  EXPIRE_EVERY_MS,
  EXPIRE_ORDERS,
  ORDER_MAIL,
  RECONCILE_EVERY_MS,
  RECONCILE_PAYMENTS,
  SETTLE_REFUND,
} from './application/jobs.js';
import { makePayOrder } from './application/pay-order.js';
import { makePlaceOrder } from './application/place-order.js';
import type { StorefrontPorts } from './application/ports.js';
import { makeQuoteOrder } from './application/quote-order.js';
import { makeListDiscounts } from './application/list-discounts.js';
import { makeViewDiscount } from './application/view-discount.js';
import { makeListOrderEvents } from './application/list-order-events.js';
import { makeListOrders } from './application/list-orders.js';
import { makeViewOrder } from './application/view-order.js';
import { makeListProducts } from './application/list-products.js';
import { makeListStockMovements } from './application/list-stock-movements.js';
import { makeViewProduct } from './application/view-product.js';
import { makeReconcilePayments } from './application/reconcile-payments.js';
import { makeRefundOrder } from './application/refund-order.js';
import { makeRemoveDiscount } from './application/remove-discount.js';
import { makeRemoveProduct } from './application/remove-product.js';
import { makeResumePayment } from './application/resume-payment.js';
import { makeSendOrderMail } from './application/send-order-mail.js';
import { makeSettleRefund } from './application/settle-refund.js';
import { storefrontProblems } from './http/problems.js';
import { storefrontRoutes } from './http/routes.js';
import { makeBookkeeper } from './infrastructure/bookkeeper.js';
import { makeBuyers } from './infrastructure/buyers.js';
import { makeCardCharges } from './infrastructure/card-charges.js';
import { makeDiscountQueries } from './infrastructure/sequelize/discount-queries.js';
import { makeDiscountRepository } from './infrastructure/sequelize/discount-repository.js';
import { storefrontIntegrityChecks } from './infrastructure/sequelize/integrity-checks.js';
import { makeStorefrontModels } from './infrastructure/sequelize/models.js';
import { makeOrderQueries } from './infrastructure/sequelize/order-queries.js';
import { makeOrderRepository } from './infrastructure/sequelize/order-repository.js';
import { makePersonalOrders, type PersonalOrders } from './infrastructure/sequelize/personal-orders.js';
import { makeProductQueries } from './infrastructure/sequelize/product-queries.js';
import { makeProductRepository } from './infrastructure/sequelize/product-repository.js';
import { makeStock } from './infrastructure/sequelize/stock.js';

/**
 * Needs the platform's `config`, `sequelize`, `database`, `transactions`, `outbox`, `idempotencyKey`, `idempotencyKeys`,
 * `practice`, `clock`, `ids`, `paymentGateway`; of identity `cardVault`, `directory` and `userMailer`, of cash `ledger`.
 */
export const storefrontRegistrations = {
  // stateless: one for each process
  storefrontModels: asFunction(makeStorefrontModels).singleton(),

  // writing ports: they resolve in a transaction only
  products: asWritingPort(makeProductRepository),
  stock: asWritingPort(makeStock),
  discounts: asWritingPort(makeDiscountRepository),
  orders: asWritingPort(makeOrderRepository),
  bookkeeper: asWritingPort(makeBookkeeper),

  // within a transaction, these join it
  storefrontUnitOfWork: asFunction(makeUnitOfWork<StorefrontPorts>).scoped(),
  productQueries: asFunction(makeProductQueries).scoped(),
  discountQueries: asFunction(makeDiscountQueries).scoped(),
  orderQueries: asFunction(makeOrderQueries).scoped(),
  personalOrders: asFunction(makePersonalOrders).scoped(),
  cardCharges: asFunction(makeCardCharges).scoped(),
  buyers: asFunction(makeBuyers).scoped(),

  listProducts: asFunction(makeListProducts).scoped(),
  viewProduct: asFunction(makeViewProduct).scoped(),
  addProduct: asFunction(makeAddProduct).scoped(),
  changeProduct: asFunction(makeChangeProduct).scoped(),
  removeProduct: asFunction(makeRemoveProduct).scoped(),
  adjustStock: asFunction(makeAdjustStock).scoped(),
  listStockMovements: asFunction(makeListStockMovements).scoped(),
  listDiscounts: asFunction(makeListDiscounts).scoped(),
  viewDiscount: asFunction(makeViewDiscount).scoped(),
  addDiscount: asFunction(makeAddDiscount).scoped(),
  changeDiscount: asFunction(makeChangeDiscount).scoped(),
  removeDiscount: asFunction(makeRemoveDiscount).scoped(),
  quoteOrder: asFunction(makeQuoteOrder).scoped(),
  collectPayment: asFunction(makeCollectPayment).scoped(),
  placeOrder: asFunction(makePlaceOrder).scoped(),
  payOrder: asFunction(makePayOrder).scoped(),
  resumePayment: asFunction(makeResumePayment).scoped(),
  listOrders: asFunction(makeListOrders).scoped(),
  viewOrder: asFunction(makeViewOrder).scoped(),
  listOrderEvents: asFunction(makeListOrderEvents).scoped(),
  cancelOrder: asFunction(makeCancelOrder).scoped(),
  shipOrder: asFunction(makeShipOrder).scoped(),
  deliverOrder: asFunction(makeDeliverOrder).scoped(),
  refundOrder: asFunction(makeRefundOrder).scoped(),
  settleRefund: asFunction(makeSettleRefund).scoped(),
  reconcilePayments: asFunction(makeReconcilePayments).scoped(),
  expireOrders: asFunction(makeExpireOrders).scoped(),
  sendOrderMail: asFunction(makeSendOrderMail).scoped(),
};
export type StorefrontCradle = CradleOf<typeof storefrontRegistrations>;

/** Jobs by kind. */
export const storefrontJobs = {
  [ORDER_MAIL]: {
    lane: 'mail',
    makeHandler:
      ({ sendOrderMail }: StorefrontCradle): JobHandler =>
      ({ id, payload }) =>
        sendOrderMail({
          jobId: id,
          orderId: String(payload['orderId']),
          occasion: String(payload['occasion']),
          refundId: typeof payload['refundId'] === 'string' ? payload['refundId'] : null,
        }),
  },
  [SETTLE_REFUND]: {
    lane: 'payments',
    makeHandler:
      ({ settleRefund }: StorefrontCradle): JobHandler =>
      ({ payload }) =>
        settleRefund({ orderId: String(payload['orderId']), refundId: String(payload['refundId']) }),
  },
  [RECONCILE_PAYMENTS]: {
    lane: 'payments',
    makeHandler:
      ({ reconcilePayments }: StorefrontCradle): JobHandler =>
      () =>
        reconcilePayments(),
  },
  [EXPIRE_ORDERS]: {
    lane: 'database',
    makeHandler:
      ({ expireOrders }: StorefrontCradle): JobHandler =>
      () =>
        expireOrders(),
  },
} as const;

export const storefrontModule: ContextModule<StorefrontCradle> = {
  name: 'storefront',
  tags: [
    { name: 'products', description: 'Products and their stock.' },
    { name: 'discounts', description: 'Discount codes.' },
    { name: 'orders', description: 'Orders from quote and checkout to delivery, with payments and refunds.' },
  ],
  registrations: storefrontRegistrations,
  routes: storefrontRoutes,
  pages: [],
  problems: storefrontProblems,
  jobs: storefrontJobs,
  recurringJobs: [
    { kind: RECONCILE_PAYMENTS, everyMs: RECONCILE_EVERY_MS },
    { kind: EXPIRE_ORDERS, everyMs: EXPIRE_EVERY_MS },
  ],
  exportMember: {
    section: 'storefront',
    collect: ({ personalOrders }: Readonly<{ personalOrders: PersonalOrders }>, userId) =>
      personalOrders.of(userId),
  },
  integrityChecks: storefrontIntegrityChecks,
};
