import { formatMinor } from '../../kernel/money.js';
import type { Order } from '../domain/order.js';
import type { MailOccasion } from './jobs.js';

type Letter = Readonly<{ subject: string; text: string }>;

const OPENINGS: Readonly<Record<MailOccasion, (number: number) => Letter>> = {
  placed: (number) => ({ subject: `Your order ${number}`, text: 'thank you for your order.' }),
  shipped: (number) => ({ subject: `Order ${number} is on its way`, text: 'your order has left our house.' }),
  cancelled: (number) => ({
    subject: `Order ${number} is cancelled`,
    text: 'your order is cancelled. What you have paid is on its way back to you.',
  }),
  refunded: (number) => ({ subject: `A refund for order ${number}`, text: 'we have paid you money back.' }),
};

/** The mail to the buyer: plain text without links. */
export function orderLetter(
  order: Order,
  occasion: MailOccasion,
  currency: string,
  refundId: string | null,
): Letter {
  const { subject, text } = OPENINGS[occasion](order.number);
  const print = (amount: number): string => `${formatMinor(amount, currency)} ${currency}`;
  const refund = order.refunds.find(({ id }) => id === refundId);
  const lines = order.lines.map(
    ({ quantity, name, total }) => `${String(quantity).padStart(5)} × ${name}: ${print(total)}`,
  );
  return {
    subject,
    text: [
      'Hello,',
      '',
      text,
      '',
      ...(refund === undefined ? lines : [`Refund: ${print(refund.amount)}`]),
      ...(refund === undefined && order.discount > 0
        ? ['', `Discount ${order.discountCode ?? ''}: ${print(order.discount)} (included above)`]
        : []),
      ...(refund === undefined ? ['', `Total: ${print(order.total)}`] : []),
      ...(occasion === 'placed' && order.status === 'pending' && order.expiresAt !== null
        ? ['', `Please pay at the desk before ${order.expiresAt.toISOString().slice(0, 10)}.`]
        : []),
      '',
    ].join('\n'),
  };
}
