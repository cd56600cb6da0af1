import type { AssertNotRefused } from '../../kernel/billing.js';
import { cardDeclined, paymentFailed } from '../domain/errors.js';

export const makeAssertNotRefused =
  (): AssertNotRefused =>
  ({ status, origin }) => {
    if (status === 'declined') throw cardDeclined(origin);
    if (status === 'failed') throw paymentFailed(origin);
  };
