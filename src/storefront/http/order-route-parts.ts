import type { Practice } from '../../kernel/practice.js';
import type { Order } from '../application/domain-types.js';
import { toOrderView } from '../application/order-view.js';
import { exampleOrder } from './examples.js';
import { toOrderReply } from './schemas.js';

/** The parts that all routes of orders share. */
export const tag = 'orders';
export const exampleParams = { id: exampleOrder.id };
export const locationOf = (order: Readonly<{ id: string }>) => `/v1/orders/${order.id}`;

export const replyTo = (order: Order, { currency }: Practice) => toOrderReply(toOrderView(order), currency);
