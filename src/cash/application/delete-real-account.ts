import { notFound, versionMismatch } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { accountInUse } from '../domain/errors.js';
import type { CashPorts } from './ports.js';

/**
 * Deletes a real account that nothing was ever posted to, with its default envelope. conflict `account-in-use`,
 * stale `version-mismatch` where a version is named.
 */
export type DeleteRealAccount = (
  command: Readonly<{ id: string; expectedVersion?: number | null | undefined }>,
) => Promise<void>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts> }>;

export const makeDeleteRealAccount =
  ({ cashUnitOfWork }: Dependencies): DeleteRealAccount =>
  ({ id, expectedVersion }) =>
    cashUnitOfWork.run(async ({ realAccounts }) => {
      const account = await realAccounts.lock(id);
      if (account === undefined) throw notFound('real account');
      if (typeof expectedVersion === 'number' && expectedVersion !== account.version) throw versionMismatch();
      if (account.code !== null) throw accountInUse('The shop and the clinic settle into this account.');
      await realAccounts.delete(id);
    });
