import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import { MAIL_OCCASIONS } from './jobs.js';
import { orderLetter } from './order-mails.js';
import type { UserMailer, OrderQueries } from './ports.js';

/** The job that sends a mail about an order to its buyer. */
export type SendOrderMail = (
  job: Readonly<{ jobId: string; orderId: string; occasion: string; refundId: string | null }>,
) => Promise<void>;

type Dependencies = Readonly<{
  orderQueries: OrderQueries;
  userMailer: UserMailer;
  timeZones: TimeZones;
  practice: Practice;
}>;

export const makeSendOrderMail =
  ({ orderQueries, userMailer, timeZones, practice: { currency, timeZone } }: Dependencies): SendOrderMail =>
  async ({ jobId, orderId, occasion, refundId }) => {
    const known = MAIL_OCCASIONS.find((each) => each === occasion);
    const order = await orderQueries.find(orderId);
    if (order === undefined || known === undefined) return;
    await userMailer.write({
      id: jobId,
      userId: order.userId,
      ...orderLetter(order, known, {
        currency,
        refundId,
        payBy: order.expiresAt === null ? null : timeZones.dayOf(order.expiresAt, timeZone),
      }),
    });
  };
