import { formatMinor } from '../../kernel/money.js';
import type { Order } from '../domain/order.js';
import { capturedOf } from '../domain/order-payments.js';
import type { MailOccasion } from './jobs.js';

type Letter = Readonly<{ subject: string; text: string }>;

const OPENINGS: Readonly<Record<MailOccasion, (order: Order) => Letter>> = {
  placed: ({ number }) => ({ subject: `Your order ${number}`, text: 'thank you for your order.' }),
  shipped: ({ number }) => ({
    subject: `Order ${number} is on its way`,
    text: 'your order has left our house.',
  }),
  cancelled: (order) => ({
    subject: `Order ${order.number} is cancelled`,
    text:
      capturedOf(order) > 0
        ? 'your order is cancelled. What you have paid is on its way back to you.'
        : 'your order is cancelled.',
  }),
  expired: ({ number }) => ({
    subject: `Order ${number} has expired`,
    text: 'your order was not paid in time and is cancelled.',
  }),
  refunded: ({ number }) => ({
    subject: `A refund for order ${number}`,
    text: 'we have paid you money back.',
  }),
};

/** The mail to the buyer: plain text without links. `payBy` is a calendar day of the practice. */
export function orderLetter(
  order: Order,
  occasion: MailOccasion,
  {
    currency,
    refundId,
    payBy,
  }: Readonly<{ currency: string; refundId: string | null; payBy: string | null }>,
): Letter {
  const { subject, text } = OPENINGS[occasion](order);
  const print = (amount: number): string => `${formatMinor(amount, currency)} ${currency}`;
  const refund = order.refunds.find(({ id }) => id === refundId);
  // Nothing was paid for an expired order, so its mail names no amounts.
  const showsAmounts = occasion !== 'expired';
  const lines = order.lines.map(
    ({ quantity, name, total }) =>
      `${String(quantity).padStart(5)} × ${name}${showsAmounts ? `: ${print(total)}` : ''}`,
  );
  const sums = [
    ...(order.discount > 0
      ? ['', `Discount ${order.discountCode ?? ''}: ${print(order.discount)} (included above)`]
      : []),
    '',
    `Total: ${print(order.total)}`,
  ];
  return {
    subject,
    text: [
      'Hello,',
      '',
      text,
      '',
      ...(refund === undefined ? lines : [`Refund: ${print(refund.amount)}`]),
      ...(refund === undefined && showsAmounts ? sums : []),
      ...(occasion === 'placed' && order.status === 'pending' && payBy !== null
        ? ['', `Please pay at the desk before ${payBy}.`]
        : []),
      '',
    ].join('\n'),
  };
}
