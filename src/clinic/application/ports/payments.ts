import type { Money } from '../../../kernel/money.js';
import type { Payment, PaymentMethod, PaymentState } from '../../domain/payment.js';

export interface PaymentRepository {
  of(appointmentId: string): Promise<readonly Payment[]>;
  find(id: string): Promise<Payment | undefined>;
  lock(id: string): Promise<Payment | undefined>;
  insert(payment: Payment): Promise<void>;
  save(payment: Payment): Promise<void>;
}

/** Posts payments of appointments to the ledger. Called last, because the ledger's locks come last in the lock order. */
export interface Bookkeeper {
  /** Posts the payment; idempotent. `payerId` is the member that the patient file belongs to, if any. */
  book(payment: Payment, payerId: string | null): Promise<void>;
}

export type PaymentView = Readonly<{
  id: string;
  appointmentId: string;
  method: PaymentMethod;
  amount: Money;
  status: PaymentState;
  cardLast4: string | null;
  createdAt: Date;
}>;

export type ChargeableCard = Readonly<{ gatewayToken: string; last4: string }>;

/** Charges saved cards. A remote system: never call it inside a unit of work. */
export interface CardTerminal {
  /** The member's own card, or the default one. not_found; invalid `no-card`, `card-expired`, `card-payments-off` */
  cardOf(userId: string, cardId: string | null): Promise<ChargeableCard>;
  /** `inDoubt`: the gateway did not answer. busy `gateway-unavailable`: not charged. The key makes it idempotent. */
  charge(
    charge: Readonly<{ key: string; card: ChargeableCard; amount: Money }>,
  ): Promise<'captured' | 'declined' | 'inDoubt'>;
  /** The outcome of the charge with `key`; `unknown` if the gateway never received it. */
  outcomeOf(key: string): Promise<'captured' | 'declined' | 'unknown'>;
}
