import type { Clock } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Money } from '../../kernel/money.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newAccount, type AccountType } from '../domain/account.js';
import { accountArchived, belowFloor } from '../domain/errors.js';
import { minorIn } from './money-fields.js';
import type { AccountView, CashPorts } from './ports.js';
import { found } from './found.js';

/**
 * Creates an account in a real account, its home. The default of `floor` is 0 for asset accounts and null (unbounded)
 * for the others. 422 `validation` for an unknown home, `currency-mismatch` for a floor or goal in another currency
 * than the home's; conflict `account-archived`, and `below-floor` for a floor above zero, because an empty account is
 * below it.
 */
export type OpenAccount = (
  command: Readonly<{
    name: string;
    realAccountId: string;
    type: AccountType;
    floor?: Money | null | undefined;
    goal?: Money | null | undefined;
  }>,
) => Promise<AccountView>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; clock: Clock; ids: IdGenerator }>;

export const makeOpenAccount =
  ({ cashUnitOfWork, clock, ids }: Dependencies): OpenAccount =>
  ({ floor, goal, ...command }) =>
    cashUnitOfWork.run(async ({ realAccounts, accounts, amounts, cashQueries }) => {
      const home = await realAccounts.lock(command.realAccountId);
      if (home === undefined) throw invalidField('/realAccountId', 'is no real account');
      if (home.archivedAt !== null) throw accountArchived(home.id);
      const account = newAccount(
        {
          ...command,
          id: ids.next(),
          currency: home.currency,
          floor: minorIn(floor, home.currency, '/floor'),
          goal: minorIn(goal, home.currency, '/goal'),
        },
        clock.now(),
      );
      if (account.floor !== null && account.floor > 0) throw belowFloor();
      await accounts.insert(account);
      await amounts.ensure({ id: ids.next(), accountId: account.id, realAccountId: home.id });
      return found(await cashQueries.account(account.id), 'account');
    });
