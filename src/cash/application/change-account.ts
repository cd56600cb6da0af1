import type { Clock } from '../../kernel/clock.js';
import { invalidField, notFound, versionMismatch } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { changeAccount, type Account, type AccountType } from '../domain/account.js';
import {
  accountArchived,
  accountInUse,
  balanceNotZero,
  belowFloor,
  currencyMismatch,
} from '../domain/errors.js';
import { isEmpty } from './change-real-account.js';
import { minorIn } from './money-fields.js';
import type { AccountView, CashPorts } from './ports.js';
import { found } from './found.js';

/**
 * Changes the given fields. `expectedVersion` null matches any version (If-Match: *). stale `version-mismatch`;
 * 422 `validation`, `currency-mismatch`; conflict `balance-not-zero` when an account with money or holds is to be
 * archived, `below-floor` when an amount is below the new floor, `account-in-use` when a default envelope is to move or be archived,
 * and when a standard account is to get a floor, be archived, move or change its type.
 */
export type ChangeAccount = (
  command: Readonly<{
    id: string;
    expectedVersion: number | null;
    name?: string | undefined;
    realAccountId?: string | undefined;
    type?: AccountType | undefined;
    floor?: Money | null | undefined;
    goal?: Money | null | undefined;
    archived?: boolean | undefined;
  }>,
) => Promise<AccountView>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; clock: Clock; ids: IdGenerator }>;

/** Changes that concern the amounts of the account. */
const concernsAmounts = (before: Account, after: Account): boolean =>
  before.type !== after.type ||
  before.floor !== after.floor ||
  (before.archivedAt === null) !== (after.archivedAt === null);

async function assertMovable(
  { realAccounts }: CashPorts,
  account: Account,
  realAccountId: string,
): Promise<void> {
  if (account.isDefault) throw accountInUse('The default envelope stays in its real account.');
  const home = await realAccounts.find(realAccountId);
  if (home === undefined) throw invalidField('/realAccountId', 'is no real account');
  if (home.currency !== account.currency)
    throw currencyMismatch('/realAccountId', account.currency, home.currency);
  if (home.archivedAt !== null) throw accountArchived(home.id);
  // The account has no money in the other real account, so a floor above zero would not hold there.
  if (account.floor !== null && account.floor > 0) throw belowFloor();
}

async function assertMoneyAllows({ amounts }: CashPorts, changed: Account): Promise<void> {
  const inside = await amounts.lockScope({ accountId: changed.id });
  const { floor, archivedAt } = changed;
  if (archivedAt !== null && !inside.every(isEmpty)) throw balanceNotZero();
  if (floor !== null && inside.some(({ amount, held }) => amount - held < floor)) throw belowFloor();
}

export const makeChangeAccount =
  ({ cashUnitOfWork, clock, ids }: Dependencies): ChangeAccount =>
  ({ id, expectedVersion, floor, goal, ...changes }) =>
    cashUnitOfWork.run(async (ports) => {
      const { accounts, amounts, cashQueries } = ports;
      const account = await accounts.lock(id);
      if (account === undefined) throw notFound('account');
      if (expectedVersion !== null && expectedVersion !== account.version) throw versionMismatch();
      const changed = changeAccount(
        account,
        {
          ...changes,
          floor: minorIn(floor, account.currency, '/floor'),
          goal: minorIn(goal, account.currency, '/goal'),
        },
        clock.now(),
      );
      const moves = changed.realAccountId !== account.realAccountId;
      if (moves) await assertMovable(ports, changed, changed.realAccountId);
      if (account.isDefault && changed.archivedAt !== null)
        throw accountInUse('The default envelope is archived with its real account.');
      const concerned = concernsAmounts(account, changed);
      if (concerned) await assertMoneyAllows(ports, changed);
      await accounts.save(changed);
      if (moves)
        await amounts.ensure({ id: ids.next(), accountId: id, realAccountId: changed.realAccountId });
      if (concerned) await amounts.refresh({ accountId: id });
      return found(await cashQueries.account(id), 'account');
    });
