import type { Sequelize } from 'sequelize';
import { defineDiscount } from './models/discount.js';
import { defineDiscountUse } from './models/discount-use.js';
import { defineOrder } from './models/order.js';
import { defineOrderEvent } from './models/order-event.js';
import { defineOrderLine } from './models/order-line.js';
import { definePayment } from './models/payment.js';
import { defineProduct } from './models/product.js';
import { defineRefund } from './models/refund.js';
import { defineRefundRestock } from './models/refund-restock.js';
import { defineStockMovement } from './models/stock-movement.js';

export type StorefrontModels = ReturnType<typeof makeStorefrontModels>;

/** The models of one connection pool, with both sides of every association. */
export function makeStorefrontModels({ sequelize }: { sequelize: Sequelize }) {
  const products = defineProduct(sequelize);
  const stockMovements = defineStockMovement(sequelize);
  const discounts = defineDiscount(sequelize);
  const discountUses = defineDiscountUse(sequelize);
  const orders = defineOrder(sequelize);
  const orderLines = defineOrderLine(sequelize);
  const orderEvents = defineOrderEvent(sequelize);
  const payments = definePayment(sequelize);
  const refunds = defineRefund(sequelize);
  const refundRestocks = defineRefundRestock(sequelize);

  products.hasMany(orderLines, { foreignKey: 'productId', as: 'orderLines' });
  orderLines.belongsTo(products, { foreignKey: 'productId', as: 'product' });
  products.hasMany(stockMovements, { foreignKey: 'productId', as: 'movements' });
  stockMovements.belongsTo(products, { foreignKey: 'productId', as: 'product' });
  orders.hasMany(stockMovements, { foreignKey: 'orderId', as: 'movements' });
  stockMovements.belongsTo(orders, { foreignKey: 'orderId', as: 'order' });
  discounts.hasMany(orders, { foreignKey: 'discountId', as: 'orders' });
  orders.belongsTo(discounts, { foreignKey: 'discountId', as: 'appliedDiscount' });
  discounts.hasMany(discountUses, { foreignKey: 'discountId', as: 'uses' });
  discountUses.belongsTo(discounts, { foreignKey: 'discountId', as: 'discount' });
  orders.hasMany(orderLines, { foreignKey: 'orderId', as: 'lines' });
  orderLines.belongsTo(orders, { foreignKey: 'orderId', as: 'order' });
  orders.hasMany(orderEvents, { foreignKey: 'orderId', as: 'events' });
  orderEvents.belongsTo(orders, { foreignKey: 'orderId', as: 'order' });
  orders.hasMany(payments, { foreignKey: 'orderId', as: 'payments' });
  payments.belongsTo(orders, { foreignKey: 'orderId', as: 'order' });
  orders.hasMany(refunds, { foreignKey: 'orderId', as: 'refunds' });
  refunds.belongsTo(orders, { foreignKey: 'orderId', as: 'order' });
  payments.hasMany(refunds, { foreignKey: 'paymentId', as: 'refunds' });
  refunds.belongsTo(payments, { foreignKey: 'paymentId', as: 'payment' });
  refunds.hasMany(refundRestocks, { foreignKey: 'refundId', as: 'restocks' });
  refundRestocks.belongsTo(refunds, { foreignKey: 'refundId', as: 'refund' });
  orderLines.hasMany(refundRestocks, { foreignKey: 'lineId', as: 'restocks' });
  refundRestocks.belongsTo(orderLines, { foreignKey: 'lineId', as: 'line' });

  return {
    products,
    stockMovements,
    discounts,
    discountUses,
    orders,
    orderLines,
    orderEvents,
    payments,
    refunds,
    refundRestocks,
  };
}
