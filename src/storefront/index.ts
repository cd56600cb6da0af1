// Public API of the context. No other context uses it yet.
export type { PaymentStatus } from './domain/order-payments.js';
export type { OrderStatus } from './domain/order-status.js';
