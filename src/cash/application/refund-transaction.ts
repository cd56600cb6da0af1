import { invalidField, notFound } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertRefundable } from '../domain/transaction.js';
import { minorIn } from './money-fields.js';
import type { CashPorts, PostedTransaction } from './ports.js';
import type { PostingDependencies } from './posting.js';
import { planReturn } from './reverse-transaction.js';

/**
 * Moves a part of the amount back, today. All refunds together never exceed the original. conflict
 * `owned-by-origin`, `owned-account`, `refund-exceeds-original`, `already-reversed`, `account-archived`; 422 `insufficient-funds`, `currency-mismatch`.
 */
export type RefundTransaction = (
  command: Readonly<{ id: string; amount: Money; createdBy: string | null }>,
) => Promise<PostedTransaction>;

type Dependencies = PostingDependencies & Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts> }>;

export const makeRefundTransaction = ({
  cashUnitOfWork,
  clock,
  ids,
  timeZones,
  practice,
}: Dependencies): RefundTransaction => {
  const dependencies = { clock, ids, timeZones, practice };
  return ({ id, amount, createdBy }) =>
    cashUnitOfWork.run(async (ports) => {
      const original = await ports.books.find(id);
      if (original === undefined) throw notFound('transaction');
      const amountMinor = minorIn(amount, original.currency, '/amount');
      if (amountMinor < 1) throw invalidField('/amount/amount', 'must be at least 1');
      const { entries, balances, expired } = await planReturn(ports, dependencies, original, {
        amountMinor,
        link: { refundOf: id },
        createdBy,
        assert: async () => {
          assertRefundable(original, await ports.books.reversalStatus(id), amountMinor);
        },
      });
      const [posted] = await ports.books.write({
        entries,
        amounts: balances.changes(),
        closedHolds: expired,
      });
      if (posted === undefined) throw new Error('the books did not take the entry');
      return posted;
    });
};
