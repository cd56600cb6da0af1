/** The part of the domain that routes need for their schemas. */
export { DISCOUNT_KINDS, type Discount } from '../domain/discount.js';
export type { Order } from '../domain/order.js';
export { EVENT_TYPES, type OrderEvent } from '../domain/order-event.js';
export { PAYMENT_STATUSES, paymentStatusOf } from '../domain/order-payments.js';
export { ORDER_STATUSES, type OrderStatus } from '../domain/order-status.js';
export { PAYMENT_METHODS, SINGLE_PAYMENT_STATUSES } from '../domain/payment.js';
export { MAX_PRICE, MAX_STOCK, type Product, type StockedProduct } from '../domain/product.js';
export { REFUND_STATUSES } from '../domain/refund.js';
export type { StockMovement } from '../domain/stock.js';
