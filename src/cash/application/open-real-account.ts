import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newDefaultAccount } from '../domain/account.js';
import { newRealAccount, type RealAccountKind } from '../domain/real-account.js';
import type { CashPorts, RealAccountView } from './ports.js';
import { found } from './found.js';

/** A real account and its default envelope, "unallocated". 422 `validation` for a name, currency or IBAN that is none. */
export type OpenRealAccount = (
  command: Readonly<{
    name: string;
    kind: RealAccountKind;
    currency: string;
    iban?: string | null | undefined;
  }>,
) => Promise<RealAccountView>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; clock: Clock; ids: IdGenerator }>;

export const makeOpenRealAccount =
  ({ cashUnitOfWork, clock, ids }: Dependencies): OpenRealAccount =>
  (command) =>
    cashUnitOfWork.run(async ({ realAccounts, accounts, amounts, cashQueries }) => {
      const now = clock.now();
      const realAccount = newRealAccount({ id: ids.next(), ...command }, now);
      const account = newDefaultAccount({ id: ids.next(), realAccount }, now);
      await realAccounts.insert(realAccount);
      await accounts.insert(account);
      await amounts.ensure({ id: ids.next(), accountId: account.id, realAccountId: realAccount.id });
      return found(await cashQueries.realAccount(realAccount.id), 'real account');
    });
