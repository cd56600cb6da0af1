// The door: what other contexts may use. Nobody asks the shop for anything yet.
export type { PaymentStatus } from './domain/order-payments.js';
export type { OrderStatus } from './domain/order-status.js';
