import type { Clock } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { PaymentMethod } from '../../kernel/payments.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { currencyMismatch } from '../domain/errors.js';
import { appointmentReceivable } from './appointment-receivable.js';
import { lockVisible, viewWithAudit } from './appointment-support.js';
import type { AppointmentView, Caller, ClinicPorts } from './ports.js';

/**
 * Refunds a part of what was paid for an appointment. `method` null: each part goes back the way it was paid; `desk`: staff
 * pay it out, also what was paid by card. The refund is pending until the gateway has sent it or staff have paid it out.
 * not_found; conflict `refund-exceeds-captured`; invalid `validation`, `currency-mismatch`
 */
export type RefundAppointment = (
  command: Readonly<{
    caller: Caller;
    appointmentId: string;
    amount: Money;
    reason: string;
    method: PaymentMethod | null;
  }>,
) => Promise<AppointmentView>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeRefundAppointment =
  ({ clinicUnitOfWork, practice, clock, ids }: Dependencies): RefundAppointment =>
  ({ caller, appointmentId, amount: { amount, currency }, reason, method }) =>
    clinicUnitOfWork.run(async (ports) => {
      if (amount < 1) throw invalidField('/amount/amount', 'must be at least 1');
      const appointment = await lockVisible(ports, caller, appointmentId);
      const receivable = await appointmentReceivable(ports, appointment, practice);
      if (currency !== receivable.currency) throw currencyMismatch(receivable.currency);
      await ports.billing.refund(receivable, { amount, reason, method, by: caller.userId });
      return viewWithAudit(ports, { caller, action: 'refund-appointment', appointmentId }, { clock, ids });
    });
