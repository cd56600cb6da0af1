import type { Ledger, LedgerPosting } from '../../cash/index.js';
import type { PaymentBookkeeper } from '../application/ports.js';
import type { PaymentMethod } from '../../kernel/payments.js';
import type { Receivable } from '../../kernel/receivable.js';

/** Posts to the ledger of the cash context: within a unit of work, in its transaction. */
export const makePaymentBookkeeper = ({ ledger }: { ledger: Ledger }): PaymentBookkeeper => {
  const till = (method: PaymentMethod) =>
    ledger.standardAccount(method === 'card' ? 'card-clearing' : 'desk-cash');
  const post = async (
    { receivable, event, by }: Readonly<{ receivable: Receivable; event: string; by: string | null }>,
    posting: Pick<LedgerPosting, 'from' | 'to' | 'amount' | 'description'>,
  ): Promise<void> => {
    const { origin, currency, payerId } = receivable;
    await ledger.post({
      ...posting,
      currency,
      origin: { ...origin, event },
      ...(by !== null && { createdBy: by }),
      ...(payerId !== null && { payerId }),
    });
  };
  return {
    async recordPayment({ id, method, amount, createdBy: by }, receivable) {
      const { income, description } = receivable;
      const [from, to] = [await ledger.standardAccount(income), await till(method)];
      await post({ receivable, event: `payment:${id}`, by }, { from, to, amount, description });
    },
    async recordRefund({ id, method, amount, paidOutBy: by }, receivable) {
      const [from, to] = [await till(method), await ledger.standardAccount(receivable.income)];
      const description = `Refund: ${receivable.description}`;
      await post({ receivable, event: `refund:${id}`, by }, { from, to, amount, description });
    },
  };
};
