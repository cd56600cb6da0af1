import { DomainError } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import type { Origin } from '../../kernel/receivable.js';

export const paymentInDoubt = (): DomainError =>
  new DomainError(
    'conflict',
    'payment-in-doubt',
    'An earlier payment has not been settled yet; try again in a few minutes.',
    { retryAfterSeconds: 60 },
  );

export const alreadyPaid = (): DomainError =>
  new DomainError('conflict', 'already-paid', 'Nothing is left to be paid.');

/** `refundable`: what can still be refunded. */
export const refundExceedsCaptured = (refundable: Money): DomainError =>
  new DomainError('conflict', 'refund-exceeds-captured', 'This is more than can still be refunded.', {
    refundable,
  });

export const refundNotPending = (): DomainError =>
  new DomainError(
    'conflict',
    'refund-not-pending',
    'Only a refund at the desk that is pending can be paid out.',
  );

/** `orderId` or `appointmentId`: the problem names what is still to be paid. */
const idOf = ({ type, id }: Origin) => ({ [`${type}Id`]: id });

export const cardDeclined = (origin: Origin): DomainError =>
  new DomainError('payment_refused', 'card-declined', 'The card was declined.', idOf(origin));

export const paymentFailed = (origin: Origin): DomainError =>
  new DomainError(
    'payment_refused',
    'payment-failed',
    'The payment did not reach the gateway and nothing was charged.',
    idOf(origin),
  );
