// The door: what other contexts may use. Nobody asks the shop for anything yet.
export type { OrderStatus, PaymentStatus } from './domain/order.js';
