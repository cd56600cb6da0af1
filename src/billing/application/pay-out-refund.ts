import type { Clock } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Refund } from '../../kernel/payments.js';
import { payOutRefund } from '../domain/refund.js';
import type { BillingPorts } from './ports.js';
import { storeSettledRefund } from './store-settled-refund.js';

/** Staff pay out a refund at the desk; it is posted to the ledger now. not_found; conflict `refund-not-pending` */
export type PayOutRefund = (command: Readonly<{ refundId: string; by: string }>) => Promise<Refund>;

type Dependencies = Readonly<{ billingUnitOfWork: UnitOfWork<BillingPorts>; clock: Clock }>;

export const makePayOutRefund =
  ({ billingUnitOfWork, clock }: Dependencies): PayOutRefund =>
  ({ refundId, by }) =>
    billingUnitOfWork.run((ports) =>
      storeSettledRefund(ports, refundId, (refund) => payOutRefund(refund, by, clock.now())),
    );
