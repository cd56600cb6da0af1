import { newAccount, newDefaultAccount } from '../../../src/cash/domain/account.js';
import type { Amount } from '../../../src/cash/domain/amount.js';
import { newRealAccount } from '../../../src/cash/domain/real-account.js';
import { balanceAfterOf, sideOf, type Transaction } from '../../../src/cash/domain/transaction.js';
import type { CashPorts, Entry } from '../../../src/cash/application/ports.js';
import { FakeIds } from '../fakes/ids.js';

export const ids = new FakeIds('01940000');
export const T0 = new Date('2026-11-21T09:00:00.000Z');

/** A real account with its default envelope, and an envelope beside it, each with its amount. */
export async function givenAccounts({ realAccounts, accounts, amounts }: CashPorts, currency = 'EUR') {
  const realAccount = newRealAccount({ id: ids.next(), name: 'Bank', kind: 'bank', currency }, T0);
  const unallocated = newDefaultAccount({ id: ids.next(), realAccount }, T0);
  const envelope = newAccount(
    {
      id: ids.next(),
      name: 'Rent',
      realAccountId: realAccount.id,
      type: 'equity',
      currency,
      goal: Number.MAX_SAFE_INTEGER,
    },
    T0,
  );
  const income = newAccount(
    { id: ids.next(), name: 'Fees', realAccountId: realAccount.id, type: 'income', currency },
    T0,
  );
  await realAccounts.insert(realAccount);
  for (const account of [unallocated, envelope, income]) {
    await accounts.insert(account);
    await amounts.ensure({ id: ids.next(), accountId: account.id, realAccountId: realAccount.id });
  }
  return { realAccount, unallocated, envelope, income };
}

/** An entry that takes `amountMinor` from one locked amount to the other, and the amounts as it leaves them. */
export function anEntry(
  source: Amount,
  target: Amount,
  amountMinor: number,
  changes: Partial<Transaction> = {},
): { entry: Entry; amounts: { before: Amount; after: Amount }[] } {
  const moved = (before: Amount, delta: number) => ({
    before,
    after: before.hot ? before : { ...before, amount: before.amount + delta, version: before.version + 1 },
  });
  const [from, to] = [moved(source, -amountMinor), moved(target, amountMinor)];
  return {
    entry: {
      transaction: {
        id: ids.next(),
        source: sideOf(source),
        target: sideOf(target),
        amount: amountMinor,
        currency: source.currency,
        description: null,
        effectiveAt: T0,
        postedAt: T0,
        reversalOf: null,
        refundOf: null,
        origin: null,
        batchId: null,
        payerId: null,
        createdBy: null,
        ...changes,
      },
      source: balanceAfterOf(from.after),
      target: balanceAfterOf(to.after),
    },
    amounts: [from, to].filter(({ before, after }) => before !== after),
  };
}
