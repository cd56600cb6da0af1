import type { Clock } from '../../kernel/clock.js';
import { notFound, versionMismatch } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { balanceNotZero } from '../domain/errors.js';
import { changeRealAccount, type RealAccountChanges } from '../domain/real-account.js';
import type { Amount, CashPorts, RealAccountView } from './ports.js';
import { found } from './found.js';

/**
 * Changes the given fields. `expectedVersion` null matches any version (If-Match: *). stale `version-mismatch`,
 * conflict `balance-not-zero` when it is to be archived with money or holds in any of its amounts, `account-in-use` for a
 * standard account.
 */
export type ChangeRealAccount = (
  command: RealAccountChanges & Readonly<{ id: string; expectedVersion: number | null }>,
) => Promise<RealAccountView>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; clock: Clock }>;

export const isEmpty = ({ amount, held }: Amount): boolean => amount === 0 && held === 0;

export const makeChangeRealAccount =
  ({ cashUnitOfWork, clock }: Dependencies): ChangeRealAccount =>
  ({ id, expectedVersion, ...changes }) =>
    cashUnitOfWork.run(async ({ realAccounts, amounts, cashQueries }) => {
      const account = await realAccounts.lock(id);
      if (account === undefined) throw notFound('real account');
      if (expectedVersion !== null && expectedVersion !== account.version) throw versionMismatch();
      const changed = changeRealAccount(account, changes, clock.now());
      const freezes = (changed.archivedAt === null) !== (account.archivedAt === null);
      if (freezes) {
        const inside = await amounts.lockScope({ realAccountId: id });
        if (changed.archivedAt !== null && !inside.every(isEmpty)) throw balanceNotZero();
      }
      await realAccounts.save(changed);
      if (freezes) await amounts.refresh({ realAccountId: id });
      return found(await cashQueries.realAccount(id), 'real account');
    });
